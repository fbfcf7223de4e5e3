// Event gap tests: the app is told of events that it cannot get, and a room without connections delivers events too.
import { describe, expect, test } from "vitest";
import {
  alice as dansClaims,
  ISSUER,
  joinByToken,
  TOKEN,
} from "../support/app.ts";
import {
  FAILED,
  MINUTE,
  rangeOf,
  rowsOf,
  started,
} from "../support/event-world.ts";
import type { World } from "../support/world.ts";

function importLog(world: World, events: number) {
  const lines = Array.from({ length: events }, (_, i) =>
    JSON.stringify({
      ...{ type: "message", seq: i + 1, room: "lobby", user: "someone" },
      ...{ username: "someone", text: "imported", at: 7 },
    }),
  );
  for (const step of [
    { kind: "begin", first: 1, lines } as const,
    { kind: "end" } as const,
  ])
    world.askRoom("lobby", { type: "import-log", id: "one", step });
}

describe("a gap is told, and then the events after it", () => {
  test("when the history has dropped events that were not delivered", () => {
    const { world, say, batches, answers } = started({ ROOM_HISTORY: 40 });
    answers.push({ ...FAILED, retryAfter: MINUTE });
    for (let i = 0; i < 10; i++) say(10);
    world.pass(2 * MINUTE);
    say(1);
    const [, gap, next] = batches;
    expect(gap).toMatchObject({
      ...{ from: 1, to: 100, lines: [], gapAfter: { seq: 0 } },
    });
    expect(next).toMatchObject({ from: 101, to: 101 });
  });

  test("when an import has replaced the history", () => {
    const { world, alice, say, batches } = started();
    say(3);
    const { epoch } = alice.last("welcome");
    importLog(world, 5);
    world.pass(1000);
    const { epoch: newEpoch } = alice.last("reset");
    say(1);
    expect(batches.slice(-2)).toMatchObject([
      {
        ...{ epoch: newEpoch, from: 1, to: 5, lines: [] },
        gapAfter: { epoch, seq: 3 },
      },
      { epoch: newEpoch, from: 6, to: 6 },
    ]);
    expect(rowsOf(world)).toMatchObject([{ epoch: newEpoch, seq: 5 }]);
  });

  test("until the app has heard it, also over a crash", () => {
    const { world, lobby, say, batches, answers } = started();
    say(3);
    answers.push(FAILED);
    importLog(world, 5);
    world.settle();
    world.crash(lobby);
    world.pass(2 * MINUTE);
    const gaps = batches.filter(({ gapAfter }) => gapAfter !== undefined);
    expect(gaps).toHaveLength(2);
  });

  test("but an import into a room without events is the beginning", () => {
    const { world, say, batches } = started();
    importLog(world, 5);
    world.pass(1000);
    expect(batches).toEqual([]);
    say(1);
    expect(batches.map(rangeOf)).toEqual([[6, 6]]);
  });
});

describe("without a connection", () => {
  const publish = (world: World, id: string) =>
    world.room("lobby").ask(
      [
        {
          ...{ type: "publish", identity: "i".repeat(43), id },
          ...{ username: "bot:deploy", text: "done" },
        },
      ],
      () => undefined,
    );

  test("events of the server are delivered once, and the room sleeps", () => {
    const { world, lobby, alice, batches } = started();
    alice.close();
    world.pass(MINUTE);
    for (let i = 0; i < 5; i++) {
      publish(world, `${i}`);
      world.hibernate(lobby);
      world.pass(MINUTE);
    }
    expect(batches.map(rangeOf)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
      [5, 5],
    ]);
  });

  test("the cursor is written once in ten seconds at most", () => {
    const { world, lobby, alice } = started();
    alice.close();
    world.pass(MINUTE);
    const seqs = new Set<unknown>();
    for (let i = 0; i < 60; i++) {
      publish(world, `${i}`);
      world.pass(1000);
      seqs.add(Object(lobby.database.tables.event_cursor?.[0]).seq);
    }
    expect(seqs.size).toBeLessThanOrEqual(8);
  });
});

test("the alarm of the events and of a token are one, and neither is lost", () => {
  const app = { JWT_ISSUER: ISSUER, GUEST_PREFIX: "-" };
  const { world, lobby, say } = started(app);
  const expires = world.now + 10 * MINUTE;
  world.tokens.set(TOKEN, { ...dansClaims, username: "dan", expires });
  const dan = joinByToken(world);
  expect(dan.last("welcome").username).toBe("dan");
  say(1);
  expect(lobby.alarm).toBeLessThanOrEqual(world.now + MINUTE);
  world.hibernate(lobby);
  world.pass(2 * MINUTE);
  world.hibernate(lobby);
  expect(lobby.alarm).toBe(expires);
  world.pass(10 * MINUTE);
  expect(dan.closed).not.toBeNull();
});
