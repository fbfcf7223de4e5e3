// Welcome tests: a user who joins gets the newest page or exactly the missed events, or is told of a gap.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppStub } from "../support/app-stub.ts";
import type { Peer } from "../support/peer.ts";
import { join, joinAll } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Makes a room with so many messages of alice: "1", "2" and so on. */
function begin(messages: number, settings = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ...settings });
  const { alice } = joinAll(world, "lobby", "alice");
  for (let i = 1; i <= messages; i++) alice.send(String(i));
  world.pass(100);
  const { epoch } = join(world, "lobby", "bob").last("welcome");
  return { world, alice, epoch };
}

function seqs(peer: Peer): number[] {
  return peer.all("message").map(({ seq }) => seq);
}

function page(peer: Peer): number[] {
  return peer.last("history").messages.map(({ seq }) => seq);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

describe("a first join", () => {
  test("a user who joins gets the newest 50 messages, ascending", () => {
    const { world } = begin(120);
    const carol = join(world, "lobby", "carol");
    expect(page(carol)).toEqual(range(71, 120));
    expect(carol.last("history").more).toBe(true);
    expect(carol.last("welcome")).toMatchObject({
      seq: 120,
      resumed: false,
      gap: false,
    });
  });

  test("a user who joins gets as many messages as the join asks for", () => {
    const { world } = begin(120);
    const carol = join(world, "lobby", "carol", { history: 200 });
    expect(page(carol)).toEqual(range(1, 120));
    expect(carol.last("history").more).toBe(false);
    const dan = join(world, "lobby", "dan", { history: 0 });
    expect(dan.inbox.map(({ type }) => type)).toEqual(["welcome"]);
  });
});

describe("a join with the number of the last message seen", () => {
  test("a user who resumes gets each missed message, also their own, and no page", () => {
    const { world, alice, epoch } = begin(10);
    alice.send({ type: "message", text: "own", id: "1" });
    alice.close();
    const again = join(world, "lobby", "alice", { since: 8, epoch });
    expect(seqs(again)).toEqual([9, 10, 11]);
    expect(again.all("message").at(-1)).toMatchObject({ text: "own", id: "1" });
    expect(again.all("history")).toEqual([]);
    expect(again.last("welcome")).toMatchObject({
      resumed: true,
      gap: false,
      more: false,
      seq: 11,
    });
  });

  test("a user who resumes and missed nothing gets only the welcome", () => {
    const { world, epoch } = begin(10);
    const carol = join(world, "lobby", "carol", { since: 10, epoch });
    expect(carol.inbox.map(({ type }) => type)).toEqual(["welcome"]);
    expect(carol.last("welcome").resumed).toBe(true);
  });

  test("a user who never received a message can resume from 0", () => {
    const { world, epoch } = begin(10);
    const carol = join(world, "lobby", "carol", { since: 0, epoch });
    expect(seqs(carol)).toEqual(range(1, 10));
  });

  test("a user can resume after days, a sleep and a crash", () => {
    const { world, epoch } = begin(10);
    world.pass(3 * 24 * 60 * 60 * 1000);
    world.hibernate(world.room("lobby"));
    world.crash(world.room("lobby"));
    const carol = join(world, "lobby", "carol", { since: 7, epoch });
    expect(seqs(carol)).toEqual([8, 9, 10]);
  });

  test("a user who reads text gets the missed messages as lines", () => {
    const { world, epoch } = begin(3);
    const options = { since: 1, epoch, query: { text: true } };
    const carol = join(world, "lobby", "carol", options);
    expect(carol.lines.slice(1)).toEqual(["alice: 2", "alice: 3"]);
  });

  test("a user who missed 700 messages gets 500, and reads the rest by page", () => {
    const { world, epoch } = begin(800);
    const carol = join(world, "lobby", "carol", { since: 100, epoch });
    expect(seqs(carol)).toEqual(range(101, 600));
    expect(carol.last("welcome")).toMatchObject({ more: true, seq: 800 });
    carol.send({ type: "history", after: 600, limit: 200 });
    expect(page(carol)).toEqual(range(601, 800));
    expect(carol.last("history").more).toBe(false);
  });

  test("a user who resumes gets at most 256 KiB, and at least one message", () => {
    const big = { FRAME_MAX: 400_000, TEXT_MAX: 100_000 };
    const { world, alice, epoch } = begin(0, big);
    for (let i = 0; i < 5; i++) alice.send("x".repeat(100_000));
    alice.send("李".repeat(100_000));
    world.pass(100);
    const carol = join(world, "lobby", "carol", { since: 0, epoch });
    expect(seqs(carol)).toEqual([1, 2]);
    expect(carol.last("welcome").more).toBe(true);
    const dan = join(world, "lobby", "dan", { since: 5, epoch });
    expect(seqs(dan)).toEqual([6]);
  });

  test("a user with the subprotocol gets the missed messages in one frame", () => {
    const { world, epoch } = begin(400);
    const options = { since: 0, epoch, query: { batch: true } };
    const carol = join(world, "lobby", "carol", options);
    expect(carol.frames).toHaveLength(1);
    expect(seqs(carol)).toEqual(range(1, 400));
  });
});

describe("a gap", () => {
  test.each([
    ["without an epoch", (_: string) => ({ since: 5 })],
    ["with another epoch", (_: string) => ({ since: 5, epoch: "other" })],
    ["from above the newest", (epoch: string) => ({ since: 11, epoch })],
  ])("a user who resumes %s is told of a gap", (_, ask) => {
    const { world, epoch } = begin(10);
    const carol = join(world, "lobby", "carol", ask(epoch));
    expect(carol.last("welcome")).toMatchObject({ resumed: false, gap: true });
    expect(page(carol)).toEqual(range(1, 10));
    expect(seqs(carol)).toEqual([]);
  });

  test("a user who resumes from before the oldest stored event is told of a gap", () => {
    const { world, epoch } = begin(200, { ROOM_HISTORY: 50 });
    const [oldest = 0] = page(join(world, "lobby", "dan", { history: 200 }));
    expect(oldest).toBeGreaterThan(100);
    expect(oldest).toBeLessThanOrEqual(151);
    const missed = join(world, "lobby", "carol", { since: oldest - 2, epoch });
    expect(missed.last("welcome")).toMatchObject({ gap: true });
    const none = join(world, "lobby", "carol", { since: oldest - 1, epoch });
    expect(none.last("welcome")).toMatchObject({ gap: false, resumed: true });
    expect(seqs(none)).toEqual(range(oldest, 200));
  });

  test("a user who joins with an epoch and no number is told of no gap", () => {
    const { world, epoch } = begin(10);
    const carol = join(world, "lobby", "carol", { epoch });
    expect(carol.last("welcome")).toMatchObject({ resumed: false, gap: false });
    expect(page(carol)).toHaveLength(10);
  });
});

test("a room's epoch begins with its first user, and stays", () => {
  const world = new World();
  expect(world.askRoom("lobby", { type: "info" })).toMatchObject({
    epoch: null,
  });
  const { epoch } = join(world, "lobby", "alice").last("welcome");
  world.crash(world.room("lobby"));
  expect(join(world, "lobby", "bob").last("welcome").epoch).toBe(epoch);
  expect(world.askRoom("lobby", { type: "info" })).toMatchObject({ epoch });
  const other = join(world, "kitchen", "alice").last("welcome").epoch;
  expect(other).not.toBe(epoch);
});

test("a user who reconnects at any moment gets each message once, in order", () => {
  const stepLists = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant("send" as const) },
      { weight: 2, arbitrary: fc.constant("drop" as const) },
      { weight: 2, arbitrary: fc.constant("wait" as const) },
      { weight: 1, arbitrary: fc.constant("sleep" as const) },
      { weight: 1, arbitrary: fc.constant("busy" as const) },
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(stepLists, (steps) => {
      const world = new World({ RATE_PER_SECOND: 0 });
      const { alice } = joinAll(world, "lobby", "alice");
      let reader = join(world, "lobby", "reader");
      const { epoch } = reader.last("welcome");
      const seen: number[] = [];
      const read = () => {
        seen.push(...seqs(reader));
        reader.take();
      };
      let sent = 0;
      for (const step of steps) {
        if (step === "send") alice.send(String(++sent));
        else if (step === "wait") world.pass(20);
        else if (step === "sleep") world.hibernate(world.room("lobby"));
        else if (step === "busy")
          for (let i = 0; i < 100; i++) alice.send(String(++sent));
        else {
          reader.close();
          read();
          const since = seen.at(-1) ?? 0;
          reader = join(world, "lobby", "reader", { since, epoch });
          expect(reader.last("welcome").resumed).toBe(true);
        }
      }
      world.pass(200);
      read();
      expect(seen).toEqual(range(1, sent));
    }),
    { numRuns: 50 },
  );
});

describe("the limits in the welcome", () => {
  const limitsOf = (world: World) =>
    join(world, "lobby", "alice").last("welcome").limits;

  test("a client learns how much data a message may have", () => {
    expect(limitsOf(new World()).data).toBe(4096);
  });

  test.each(["message", "private", "command"] as const)(
    "a client learns how much may wait for an app that is asked about each %s",
    (hook) => {
      const world = new World();
      new AppStub(world, [hook]);
      expect(limitsOf(world)).toMatchObject({
        ...{ waiting: 1000, waitingText: 1_048_576 },
      });
    },
  );

  test("nothing waits where the app is asked about joins alone, or never", () => {
    const world = new World();
    new AppStub(world, ["join"]);
    for (const one of [world, new World()])
      expect(limitsOf(one)).not.toHaveProperty("waiting");
  });
});
