// Event replay tests: an operator sees how far each webhook of a room is, and has stored events sent to it once more.
import { describe, expect, test } from "vitest";
import type { ReplayEvents } from "../../../src/core/shared/endpoint-requests.ts";
import type { Settings } from "../../../src/protocol/settings.ts";
import { DONE, FAILED, MINUTE, rangeOf } from "../support/event-world.ts";
import { join, secretOf } from "../support/people.ts";
import { startedWithWebhooks } from "../support/webhook-world.ts";
import type { World } from "../support/world.ts";

const HOUR = 60 * MINUTE;
const GONE = { type: "endpoint-gone" } as const;

function startedWithReplay(settings: Partial<Settings> = {}) {
  const parts = startedWithWebhooks(settings);
  const { world, one, two } = parts;
  const list = () => {
    const reply = world.askRoom("lobby", { type: "endpoints" });
    if (reply.type !== "endpoints") throw new Error(reply.type);
    return reply;
  };
  const nameOf = (i: number) => list().endpoints[i]?.name ?? "";
  const replay = (start: ReplayEvents["start"], endpoint?: string) => {
    const op = {
      type: "replay",
      start,
      ...(endpoint && { endpoint }),
    } as const;
    return world.askRoom("lobby", op);
  };
  /** The ranges that come from now on. */
  const newOnes = () => {
    const [before, other] = [one.batches.length, two.batches.length];
    return {
      one: () => one.batches.slice(before).map(rangeOf),
      two: () => two.batches.slice(other).map(rangeOf),
    };
  };
  return { ...parts, list, nameOf, replay, newOnes };
}

describe("the operator reads", () => {
  test("how many events each webhook lacks, and when it is asked again", () => {
    const { say, list, one } = startedWithReplay();
    one.answers.push(FAILED);
    say(2);
    say(1);
    const { epoch, oldest, head, endpoints } = list();
    expect([oldest, head]).toEqual([1, 3]);
    expect(endpoints).toMatchObject([
      { position: { epoch, seq: 0 }, lag: 3, failures: 1, isGone: false },
      { position: { epoch, seq: 3 }, lag: 0, failures: 0, isGone: false },
    ]);
    const [{ failingSince = 0, retryAt = 0 } = {}] = endpoints;
    expect(retryAt).toBeGreaterThan(failingSince);
  });

  test("nothing of a room without events, which then has no table", () => {
    const { world, list } = startedWithReplay();
    const kitchen = world.room("kitchen");
    const reply = world.askRoom("kitchen", { type: "endpoints" });
    expect(reply).toMatchObject({ epoch: null, endpoints: [{}, {}] });
    const replayed = world.askRoom("kitchen", {
      ...{ type: "replay", start: { seq: 1 } },
    });
    expect(replayed).toEqual({ type: "replay-refused", why: "empty" });
    expect(kitchen.database.tables).toEqual({});
    expect(list().endpoints[0]?.position).toBeNull();
  });
});

describe("a replay", () => {
  test("brings the events from a number on to all webhooks, and then what is new", () => {
    const { say, replay, newOnes, world } = startedWithReplay();
    say(5);
    const sent = newOnes();
    const reply = replay({ seq: 3 });
    expect(reply).toMatchObject({ type: "replaying", from: 3, to: 5 });
    world.pass(1000);
    say(1);
    expect(sent.one()).toEqual([
      [3, 5],
      [6, 6],
    ]);
    expect(sent.two()).toEqual(sent.one());
  });

  test("brings the events from a time on, to one webhook alone", () => {
    const { world, say, replay, nameOf, newOnes } = startedWithReplay();
    for (let i = 0; i < 40; i++) say(1);
    const since = world.now;
    world.pass(HOUR);
    say(1);
    say(1);
    const sent = newOnes();
    expect(replay({ since }, nameOf(1))).toMatchObject({ from: 41, to: 42 });
    world.pass(1000);
    expect(sent.two()).toEqual([[41, 42]]);
    expect(sent.one()).toEqual([]);
  });

  test("begins at the oldest event that is kept, and has no gap", () => {
    const { world, say, replay, list, newOnes } = startedWithReplay({
      ROOM_HISTORY: 40,
    });
    for (let i = 0; i < 10; i++) say(10);
    const { oldest } = list();
    const sent = newOnes();
    expect(replay({ seq: 1 })).toMatchObject({ from: oldest, to: 100 });
    world.pass(1000);
    expect(sent.one()[0]?.[0]).toBe(oldest);
    expect(sent.one().at(-1)?.[1]).toBe(100);
  });

  test("of events that are not there yet is refused, and changes nothing", () => {
    const { world, say, replay, newOnes, list, one } = startedWithReplay();
    one.rest = FAILED;
    say(2);
    const before = list();
    const sent = newOnes();
    const none = { type: "replay-refused", why: "empty", head: 2 };
    expect(replay({ seq: 3 })).toEqual(none);
    expect(replay({ since: world.now + HOUR })).toEqual(none);
    expect(sent.one()).toEqual([]);
    expect(list()).toEqual(before);
    expect(replayLogs(world)).toEqual([]);
  });

  test("skips nothing that a webhook does not have yet", () => {
    const { world, say, replay, newOnes, one } = startedWithReplay();
    say(1);
    one.answers.push(FAILED);
    say(4);
    const sent = newOnes();
    replay({ seq: 4 });
    world.pass(1000);
    expect(sent.one()).toEqual([[2, 5]]);
  });

  test("outlives a sleep, also where an older attachment says that all is there", () => {
    const { world, lobby, alice, say, replay, newOnes, one } =
      startedWithReplay();
    const bob = join(world, "lobby", "bob");
    // Bob's connection carries the cursors now, and alice's after a sleep.
    alice.send({ type: "leave" });
    world.pass(1000);
    alice.send({ type: "join", username: "alice", token: secretOf("alice") });
    world.pass(1000);
    bob.send({ type: "message", text: "hello" });
    say(3);
    world.hibernate(lobby);
    say(1);
    one.rest = FAILED;
    replay({ seq: 1 });
    world.pass(1000);
    world.hibernate(lobby);
    one.rest = DONE;
    const sent = newOnes();
    world.pass(HOUR);
    expect(sent.one()).toEqual([[1, 5]]);
  });

  test("outlives a crash, also where the row says that all is there", () => {
    const { world, lobby, alice, say, replay, newOnes, one } =
      startedWithReplay();
    say(4);
    alice.close();
    world.pass(MINUTE);
    join(world, "lobby", "bob");
    one.rest = FAILED;
    replay({ seq: 2 });
    world.crash(lobby);
    one.rest = DONE;
    const sent = newOnes();
    world.pass(HOUR);
    expect(sent.one()).toEqual([[2, 4]]);
  });

  test("waits for the batch that is on its way, whose answer does not undo it", () => {
    for (const answer of [DONE, FAILED]) {
      const { world, alice, say, replay, newOnes, one } = startedWithReplay();
      say(3);
      one.answers.push(answer);
      alice.send({ type: "message", text: "on its way" });
      world.advance(200);
      const sent = newOnes();
      replay({ seq: 2 });
      world.pass(10_000);
      expect(sent.one().at(-1)).toEqual([2, 4]);
    }
  });

  test("begins anew with a webhook that has given up or is gone", () => {
    for (const rest of [FAILED, GONE]) {
      const { world, say, replay, list, newOnes, one } = startedWithReplay();
      one.rest = rest;
      say(2);
      world.pass(80 * HOUR);
      say(1);
      expect(list().endpoints[0]?.lag).toBe(3);
      one.rest = DONE;
      const sent = newOnes();
      replay({ seq: 1 });
      world.pass(1000);
      say(1);
      expect(sent.one()).toEqual([
        [1, 3],
        [4, 4],
      ]);
    }
  });

  test("is refused while a webhook has to hear of a gap, which is told at once", () => {
    const { world, say, replay, list, newOnes, one } = startedWithReplay({
      ROOM_HISTORY: 40,
    });
    one.rest = FAILED;
    for (let i = 0; i < 10; i++) say(10);
    one.rest = DONE;
    const sent = newOnes();
    const refused = { type: "replay-refused", why: "gap" };
    expect(replay({ seq: 90 })).toEqual(refused);
    world.pass(1000);
    expect(sent.one()).toEqual([[1, 100]]);
    expect(replay({ seq: 90 })).toMatchObject({ from: 90 });
    world.pass(1000);
    expect(sent.one().at(-1)).toEqual([90, 100]);
    expect(list().endpoints[0]?.lag).toBe(0);
  });

  test("to a webhook that does not exist is refused", () => {
    const { say, replay } = startedWithReplay();
    say(1);
    const refused = { type: "replay-refused", why: "unknown" };
    expect(replay({ seq: 1 }, "w-none")).toEqual(refused);
  });

  test.for<[string, Partial<Settings>]>([
    ["without webhooks", { WEBHOOK_URL: [] }],
    ["that WEBHOOK_ROOMS leaves out", { WEBHOOK_ROOMS: ["team-*"] }],
  ])("in a room %s is refused, and costs no table", ([, settings]) => {
    const { world, lobby, say, replay } = startedWithReplay(settings);
    say(1);
    const refused = { type: "replay-refused", why: "unknown" };
    expect(replay({ seq: 1 })).toEqual(refused);
    expect(replayLogs(world)).toEqual([]);
    expect(lobby.database.tables).not.toHaveProperty("event_cursor");
  });
});

describe("a replay to a webhook that fails", () => {
  test("ends its wait, and leaves the time since when it fails as it is", () => {
    const { world, lobby, say, replay, list, newOnes, one } =
      startedWithReplay();
    one.rest = FAILED;
    say(2);
    const { failingSince } = list().endpoints[0] ?? {};
    world.pass(10 * HOUR);
    const { failures = 0 } = list().endpoints[0] ?? {};
    const sent = newOnes();
    replay({ seq: 1 });
    world.pass(1000);
    expect(sent.one()).toEqual([[1, 2]]);
    expect(list().endpoints[0]).toMatchObject({
      ...{ failingSince, failures: failures + 1 },
    });
    world.crash(lobby);
    expect(list().endpoints[0]).toMatchObject({ failingSince });
  });

  test("asks it again by the schedule from its start", () => {
    const { world, say, replay, one } = startedWithReplay();
    one.rest = FAILED;
    say(1);
    world.pass(40 * HOUR);
    replay({ seq: 1 });
    const before = one.times.length;
    world.pass(6 * MINUTE);
    expect(one.times.length - before).toBeGreaterThanOrEqual(3);
  });

  test("does not begin the 75 hours anew", () => {
    const { world, say, replay, list, one } = startedWithReplay();
    one.rest = FAILED;
    say(1);
    const { failingSince = 0 } = list().endpoints[0] ?? {};
    world.pass(70 * HOUR);
    replay({ seq: 1 });
    world.pass(30 * HOUR);
    const gap = one.batches.findIndex(({ gapAfter }) => gapAfter !== undefined);
    expect(gap).toBeGreaterThan(0);
    expect((one.times[gap] ?? 0) - failingSince).toBeGreaterThan(75 * HOUR);
  });

  test.for([
    ["a failure", FAILED],
    ["a 410", GONE],
  ] as const)(
    "is not undone by %s that answers a request from before",
    ([, answer]) => {
      const { world, alice, say, replay, list, newOnes, one } =
        startedWithReplay();
      say(3);
      alice.send({ type: "message", text: "on its way" });
      one.answers.push(answer);
      world.advance(200);
      const sent = newOnes();
      expect(replay({ seq: 2 })).toMatchObject({ type: "replaying" });
      world.pass(1000);
      expect(sent.one().at(-1)).toEqual([2, 4]);
      expect(list().endpoints[0]).toMatchObject({ lag: 0, isGone: false });
    },
  );

  test("also brings the reports of one that had answered 410 to a report", () => {
    const { world, say, replay, one } = startedWithReplay({
      WEBHOOK_EVENTS: ["message.*", "report.created"],
    });
    say(3);
    const bob = join(world, "lobby", "bob");
    one.answers.push(GONE);
    bob.send({ type: "report", of: 2, reason: "spam" });
    world.pass(1000);
    const reports = () =>
      one.batches.filter(({ reportsAt }) => reportsAt !== undefined);
    expect(reports()).toHaveLength(1);
    replay({ seq: 3 });
    world.pass(1000);
    expect(reports().map(rangeOf)).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
});

const replayLogs = (world: World) =>
  world.logs.filter(({ event }) => event === "events replayed");
