// Private room member tests: members enter a private room by a secret or a token that names no room, and outsiders learn nothing by any door.
import { describe, expect, test } from "vitest";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import type { Settings } from "../../../src/protocol/settings.ts";
import { alice, appWorld, joinByToken, TOKEN } from "../support/app.ts";
import { AppStub } from "../support/app-stub.ts";
import type { Peer } from "../support/peer.ts";
import {
  type JoinOptions,
  join,
  secretOf,
  startJoin,
  userOf,
} from "../support/people.ts";
import type { World } from "../support/world.ts";

const ROOM = "team-7-secret";
/** A private room that nobody has ever joined. */
const NO_ROOM = "team-8-secret";
/** A user of the app whose token names no room. */
const UNNAMED = `${TOKEN}b2tlbg`;
const CODE = "a-code-of-an-invitation";

const REFUSAL = {
  code: "forbidden",
  message:
    "This room opens only to its members, and to an app's token that names it in rooms.",
  reason: "room_private",
};
const bob = { ...alice, subject: "2", username: "bob" };

interface Team {
  readonly world: World;
  /** A moderator of the app. */
  readonly mod: Peer;
}

/** Alice moderates the room; eve's name is registered. */
function team(settings: Partial<Settings> = {}): Team {
  const role = { rooms: "team-*", role: "moderator" } as const;
  const world = appWorld(
    { rooms: ["team-7-*"], roles: [role] },
    { PRIVATE_ROOMS: ["team-*"], GUEST_PREFIX: "-", ...settings },
  );
  world.tokens.set(UNNAMED, bob);
  const eve = join(world, "hall", "eve");
  eve.send("/register");
  world.settle();
  eve.close(1000);
  world.pass(10_000);
  const mod = joinByToken(world, ROOM);
  mod.take();
  return { world, mod };
}

function invite(mod: Peer, uses = 1): void {
  mod.send({ type: "moderate", action: "invite", code: CODE, uses });
}

/** @returns the first answer to a join */
function tryJoin(world: World, username: string, options: JoinOptions = {}) {
  const peer = startJoin(world, ROOM, username, options);
  world.settle();
  return peer.inbox[0];
}

/** Asks a room; calls to directories are delivered. */
function ask(world: World, room: string, op: Op): Reply | undefined {
  let reply: Reply | undefined;
  world.room(room).ask([op], (replies) => {
    reply = replies?.[0];
  });
  world.settle();
  return reply;
}

const guest = {
  kind: "guest",
  secret: secretOf("eve"),
  username: "eve",
} as const;
const app = { kind: "app", verified: bob } as const;

/** All that HTTP asks a room for a person. */
const requests = (by: typeof guest | typeof app): Op[] => [
  { type: "read-as", by, read: { type: "info" } },
  { type: "read-as", by, read: { type: "messages", limit: 10 } },
  { type: "publish-as", by, text: "hello", id: "p-1" },
  {
    ...{ type: "change-as", by },
    frame: { type: "edit", of: 1, text: "another" },
  },
  { type: "change-as", by, frame: { type: "delete", of: 1 } },
  {
    ...{ type: "react-as", by },
    frame: { type: "react", of: 1, emoji: "👍", on: true },
  },
];

/** All that HTTP asks a room for a user of the app alone. */
const moderatorRequests: Op[] = [
  {
    ...{ type: "moderate-as", by: app },
    frame: { type: "moderate", action: "lock" },
  },
  { type: "reports", by: app, page: {} },
  {
    ...{ type: "close-report", by: app },
    frame: { type: "close_report", report: 1, outcome: "resolved" },
  },
];

describe("a member of a private room", () => {
  test("comes by an invitation and a registered name, then by the name alone", () => {
    const { world, mod } = team();
    invite(mod);
    expect(tryJoin(world, "eve")).toMatchObject(REFUSAL);
    const eve = startJoin(world, ROOM, "eve", { invite: CODE });
    world.settle();
    expect(eve.last("welcome").room).toBe(ROOM);
    expect(mod.last("moderated")).toMatchObject({
      ...{ action: "member", user: userOf("eve") },
    });
    eve.send("hello");
    expect(mod.messageTexts).toEqual(["hello"]);
    expect(tryJoin(world, "eve")).toMatchObject({ type: "welcome" });
    // Not under another name, nor with another secret.
    expect(tryJoin(world, "evelyn", { as: "eve" })).toMatchObject(REFUSAL);
    expect(tryJoin(world, "eve", { as: "bob" })).toMatchObject(REFUSAL);
  });

  test("comes by a token of the app that names no room, but not by one for others", () => {
    const { world, mod } = team();
    const by = (options: JoinOptions) =>
      joinByToken(world, ROOM, { token: UNNAMED, ...options }).inbox[0];
    invite(mod);
    expect(by({})).toMatchObject(REFUSAL);
    expect(by({ invite: CODE })).toMatchObject({ type: "welcome" });
    expect(by({})).toMatchObject({ type: "welcome" });
    const header = world.open(ROOM, { token: UNNAMED });
    world.settle();
    header.send({ type: "join" });
    world.settle();
    expect(header.last("welcome").username).toBe("bob");
    world.tokens.set(UNNAMED, { ...bob, rooms: ["lobby"] });
    expect(by({})).toMatchObject(REFUSAL);
  });

  test("stays over a sleep, and over a start at which the room is private", () => {
    const { world, mod } = team();
    invite(mod, 2);
    const eve = startJoin(world, ROOM, "eve", { invite: CODE });
    const app = joinByToken(world, ROOM, { token: UNNAMED, invite: CODE });
    world.settle();
    for (let i = 0; i < 2; i++) {
      world.hibernate(world.room(ROOM));
      eve.send("hello");
    }
    expect([eve, app].map(({ closed }) => closed)).toEqual([null, null]);
    mod.send("/unmember eve");
    mod.send("/unmember bob");
    expect([eve, app].map(({ closed }) => closed)).toEqual([
      "refused",
      "refused",
    ]);
    expect(eve.last("error")).toMatchObject(REFUSAL);
  });

  test("reads, writes, and changes what is their own, without being there", () => {
    const { world, mod } = team();
    invite(mod);
    const eve = startJoin(world, ROOM, "eve", { invite: CODE });
    world.settle();
    eve.send("hello");
    eve.close(1000);
    world.pass(10_000);
    const [info, page, publish] = requests(guest);
    for (const op of [info, page])
      expect(ask(world, ROOM, op as Op)).toMatchObject({
        epoch: expect.any(String),
      });
    expect(ask(world, ROOM, publish as Op)).toMatchObject({
      type: "published",
    });
    expect(mod.messageTexts).toEqual(["hello", "hello"]);
    mod.send("/unmember eve");
    // The first ack of that id is no door, either.
    for (const op of requests(guest))
      expect(ask(world, ROOM, op)).toMatchObject(REFUSAL);
  });

  test("by access members needs more than a token that names the room", () => {
    const { world, mod } = team();
    const lobby = {
      type: "moderate",
      identity: "operator".padEnd(43, "-"),
      username: "admin",
    } as const;
    world.tokens.set(UNNAMED, { ...bob, rooms: ["*"] });
    const named = joinByToken(world, ROOM, { token: UNNAMED });
    ask(world, ROOM, {
      ...lobby,
      frame: { type: "moderate", action: "access", access: "members" },
    });
    expect(named.closed).toBe("refused");
    expect(named.last("error")).toMatchObject(REFUSAL);
    // The app's moderator is there by the role.
    expect(mod.closed).toBeNull();
    expect(joinByToken(world, ROOM, { token: UNNAMED }).inbox[0]).toMatchObject(
      REFUSAL,
    );
  });

  test("keeps nothing with a secret that was replaced", () => {
    const { world, mod } = team();
    invite(mod);
    const eve = startJoin(world, ROOM, "eve", { invite: CODE });
    world.settle();
    const hall = join(world, "hall", "eve");
    hall.send({ type: "rotate", token: secretOf("new") });
    world.settle();
    expect(eve.closed).toBe("refused");
    expect(tryJoin(world, "eve")).toMatchObject(REFUSAL);
    for (const op of requests(guest))
      expect(ask(world, ROOM, op)).toMatchObject(REFUSAL);
    expect(tryJoin(world, "eve", { as: "new" })).toMatchObject({
      type: "welcome",
    });
  });
});

describe("an outsider at a private room", () => {
  /** All that happens at one room, but for its name. */
  function trace(world: World, room: string, run: () => unknown): unknown {
    const calls: string[] = [];
    world.onCall = ({ to, ops }) => {
      if ("database" in to) calls.push(...ops.map(({ type }) => type));
    };
    const outcome = run();
    world.onCall = () => undefined;
    return JSON.parse(
      JSON.stringify([outcome, calls]).replaceAll(room, "room"),
    );
  }

  const doors: [string, (world: World, room: string) => unknown][] = [
    ...(
      [
        ["a registered name", { username: "eve" }],
        ["a new name", { username: "dora" }],
        ["a name that a user inside has", { username: "alice" }],
        ["a reserved name", { username: "admin" }],
        ["a name that is none", { username: "-" }],
        ["a wrong invitation", { username: "eve", invite: "x".repeat(22) }],
        ["a resume", { username: "eve", since: 0, epoch: "e" }],
      ] as const
    ).map(
      ([name, frame]) =>
        [
          `joins by ${name}`,
          (world: World, room: string) => {
            const peer = world.open(room);
            peer.send({ type: "join", token: secretOf("eve"), ...frame });
            world.settle();
            return [peer.inbox, peer.closed];
          },
        ] as [string, (world: World, room: string) => unknown],
    ),
    [
      "joins without a token",
      (world, room) => {
        const peer = world.open(room, { username: "eve" });
        world.settle();
        return [peer.inbox, peer.closed];
      },
    ],
    [
      "joins by a token that names no room",
      (world, room) => {
        const peer = joinByToken(world, room, { token: UNNAMED });
        return [peer.inbox, peer.closed];
      },
    ],
    [
      "joins far too often",
      (world, room) => {
        const peer = world.open(room);
        for (let i = 0; i < 10; i++) {
          peer.send({
            ...{ type: "join", username: "eve", token: secretOf("eve") },
          });
          world.settle();
        }
        return [peer.inbox, peer.closed];
      },
    ],
    ...requests(guest).map(
      (op) =>
        [
          `asks by HTTP with a secret: ${JSON.stringify(op)}`,
          (world: World, room: string) => ask(world, room, op),
        ] as [string, (world: World, room: string) => unknown],
    ),
    ...[...requests(app), ...moderatorRequests].map(
      (op) =>
        [
          `asks by HTTP with a token: ${JSON.stringify(op)}`,
          (world: World, room: string) => ask(world, room, op),
        ] as [string, (world: World, room: string) => unknown],
    ),
  ];

  const states: [string, Partial<Settings>, (team: Team) => void][] = [
    ["with members", {}, ({ mod }) => invite(mod)],
    ["that is full", { ROOM_CONNECTIONS: 1 }, () => undefined],
    [
      "that is locked, where eve is banned",
      {},
      ({ world, mod }) => {
        invite(mod);
        startJoin(world, ROOM, "eve", { invite: CODE });
        world.settle();
        mod.send("/ban eve");
        mod.send("/unmember eve");
        mod.send("/lock");
      },
    ],
    [
      "whose app is asked",
      {},
      ({ world }) => {
        new AppStub(world, ["join", "message"]).decide = () => "later";
        world.hibernate(world.room(ROOM));
      },
    ],
    ["on a server without guests", { GUESTS: "off" }, () => undefined],
    [
      "of few rooms",
      { ROOMS: ["lobby", "hall"], ROOM_CREATION: "jwt" },
      () => undefined,
    ],
  ];

  describe.each(states)("%s", (_, settings, make) => {
    test.each(doors)(
      "who %s finds no difference to a room that is not",
      (_, knock) => {
        const at = (room: string) => {
          const given = team();
          Object.assign(given.world.settings, settings);
          make(given);
          const outcome = trace(given.world, room, () =>
            knock(given.world, room),
          );
          return { outcome, world: given.world };
        };
        const [real, none] = [at(ROOM), at(NO_ROOM)];
        expect(real.outcome).toEqual(none.outcome);
        expect(JSON.stringify(real.outcome)).toContain("room_private");
        // Nothing is stored for an outsider.
        const { alarm, database } = none.world.room(NO_ROOM);
        const { tables } = database;
        expect(alarm).toBeNull();
        expect(Object.values(tables).flat()).toEqual([]);
      },
    );
  });
});

test("outsiders who wait for the directory take no place, and are a hundred at most", () => {
  const { world } = team({ ROOM_CONNECTIONS: 2 });
  const waiting = Array.from({ length: 150 }, (_, i) =>
    startJoin(world, ROOM, `guest${i}`, { as: "eve" }),
  );
  expect(waiting.filter(({ closed }) => closed === null)).toHaveLength(100);
  world.tokens.set(UNNAMED, { ...bob, rooms: ["*"] });
  const named = world.open(ROOM);
  named.send({ type: "join", token: UNNAMED });
  world.settle();
  expect(named.all("welcome")).toHaveLength(1);
  for (const peer of waiting.slice(-99))
    expect(peer.inbox).toMatchObject([REFUSAL]);
});
