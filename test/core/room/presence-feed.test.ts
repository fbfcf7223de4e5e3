// Presence feed tests: webhooks learn who is in a room by the difference to what they know, and by a snapshot after a restart.
import { describe, expect, test } from "vitest";
import { DONE, FAILED, MINUTE } from "../support/event-world.ts";
import { join } from "../support/people.ts";
import { startedWithWebhooks, URL_ONE } from "../support/webhook-world.ts";

const GRACE = 5000;

function startedWithPresence(settings = {}) {
  const scene = startedWithWebhooks({
    ...{ WEBHOOK_URL: [URL_ONE], WEBHOOK_EVENTS: ["*"] },
    ...settings,
  });
  /** Each batch about members as words. */
  const told = () =>
    scene.one.batches.flatMap(({ notices }) =>
      notices === undefined
        ? []
        : [
            notices
              .map(({ type, data }) =>
                [type, Object(data).username].filter(Boolean).join(" "),
              )
              .join(", "),
          ],
    );
  const marks = () => scene.lobby.database.tables.presence_mark ?? [];
  return { ...scene, told, marks };
}

test("a webhook hears of the room, of who joins and leaves, and of the last one", () => {
  const { world, alice, told, marks } = startedWithPresence();
  world.pass(0);
  const bob = join(world, "lobby", "bob");
  world.pass(0);
  expect(marks()).toHaveLength(1);
  bob.close();
  world.pass(GRACE);
  alice.close();
  world.pass(GRACE);
  expect(told()).toEqual([
    "room.created, room.occupied, member.joined alice",
    "member.joined bob",
    "member.left bob",
    "member.left alice, room.vacated",
  ]);
  expect(marks()).toEqual([]);
});

test("a webhook hears that somebody has joined before it hears what they say", () => {
  const { world, one } = startedWithPresence();
  world.pass(0);
  const bob = join(world, "lobby", "bob");
  bob.send("hello");
  world.pass(1000);
  const kinds = one.batches.map(
    ({ notices }) => notices?.at(-1)?.type ?? "log",
  );
  expect(kinds).toEqual(["member.joined", "member.joined", "log"]);
});

test("a request that failed comes again as it was, and users who came and went meanwhile are not told", () => {
  const { world, one, told } = startedWithPresence();
  world.pass(0);
  one.answers.push(FAILED);
  const bob = join(world, "lobby", "bob");
  world.settle();
  bob.send({ type: "leave" });
  join(world, "lobby", "carol").send({ type: "leave" });
  world.pass(MINUTE);
  expect(told().slice(1)).toEqual([
    "member.joined bob",
    "member.joined bob",
    "member.left bob",
  ]);
  const [, first, again] = one.batches;
  expect(again?.notices).toEqual(first?.notices);
});

test("what a webhook knows outlives a sleep without a row, and the difference comes after it", () => {
  const { world, lobby, alice, told, marks } = startedWithPresence();
  const bob = join(world, "lobby", "bob");
  world.hibernate(lobby);
  const rows = marks();
  alice.send("hello");
  world.hibernate(lobby);
  bob.close();
  world.pass(GRACE);
  expect(told().slice(1)).toEqual(["member.joined bob", "member.left bob"]);
  expect(marks()).toEqual(rows);
});

describe("after a restart", () => {
  test("a snapshot says who is back once they had time to come back", () => {
    const { world, lobby, one, told } = startedWithPresence();
    join(world, "lobby", "bob");
    world.pass(0);
    world.crash(lobby);
    join(world, "lobby", "alice");
    world.pass(GRACE);
    join(world, "lobby", "bob");
    world.pass(0);
    expect(told().slice(-2)).toEqual([
      "presence.snapshot",
      "member.joined bob",
    ]);
    expect(one.batches.at(-2)?.notices).toMatchObject([
      {
        data: {
          ...{ count: 1, from: 0, more: false },
          members: [{ username: "alice" }],
        },
      },
    ]);
  });

  test("a snapshot has pages of 500, and the difference to it follows", () => {
    const { world, lobby, one, told } = startedWithPresence();
    world.pass(0);
    world.crash(lobby);
    const people = Array.from({ length: 700 }, (_, i) =>
      join(world, "lobby", `user${1000 + i}`),
    );
    people[0]?.send({ type: "leave" });
    world.pass(GRACE);
    people[1]?.send({ type: "leave" });
    world.pass(1000);
    const pages = one.batches.flatMap(({ notices = [] }) =>
      notices.filter(({ type }) => type === "presence.snapshot"),
    );
    expect(pages.map(({ data }) => Object(data).members.length)).toEqual([
      500, 199,
    ]);
    expect(pages.map(({ data }) => Object(data).more)).toEqual([true, false]);
    expect(told().at(-1)).toBe("member.left user1001");
  });

  test("a room whose members did not come back is told as empty, and then costs nothing", () => {
    const { world, lobby, one, told, marks } = startedWithPresence();
    world.pass(0);
    world.crash(lobby);
    // As a host does that finds the mark at its start.
    lobby.run({ kind: "due", by: "timer" });
    world.pass(GRACE);
    expect(told().at(-1)).toBe("presence.snapshot");
    expect(marks()).toEqual([]);
    const requests = one.batches.length;
    world.crash(lobby);
    lobby.run({ kind: "due", by: "timer" });
    world.pass(MINUTE);
    expect(one.batches).toHaveLength(requests);
  });

  test("a webhook that was away hears by a snapshot that the room is empty", () => {
    const { world, lobby, alice, one, told } = startedWithPresence();
    world.pass(0);
    one.rest = FAILED;
    alice.close();
    world.pass(MINUTE);
    world.hibernate(lobby);
    one.rest = DONE;
    world.pass(10 * MINUTE);
    expect(told().at(-1)).toBe("presence.snapshot");
    expect(one.batches.at(-1)?.notices).toMatchObject([{ data: { count: 0 } }]);
  });
});

test("a webhook that wants no such events gets none, and the room has no row of them", () => {
  const { world, one, lobby } = startedWithPresence({
    WEBHOOK_EVENTS: ["message.created", "private.created"],
  });
  join(world, "lobby", "bob");
  world.pass(MINUTE);
  expect(one.batches).toEqual([]);
  expect(lobby.database.tables).not.toHaveProperty("presence_mark");
});
