// Private room tests: only a token that names the room opens it, and all other users get the same answer in every case.
import { describe, expect, test } from "vitest";
import type { Settings } from "../../../src/protocol/settings.ts";
import { alice, appWorld, joinByToken, TOKEN } from "../support/app.ts";
import type { Peer } from "../support/peer.ts";
import { secretOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

const ROOM = "team-7-secret";
/** Another token that looks like a JWT. */
const OTHER = `${TOKEN}b2tlbg`;

/** Makes a world in which `TOKEN` names the room; `OTHER` opens all rooms but names none. */
function privateWorld(settings: Partial<Settings> = {}): World {
  const world = appWorld(
    { rooms: ["team-7-*"] },
    { PRIVATE_ROOMS: ["team-*"], ...settings },
  );
  world.tokens.set(OTHER, { ...alice, subject: "2", username: "bob" });
  return world;
}

const REFUSAL = {
  type: "error",
  code: "forbidden",
  message:
    "This room opens only to its members, and to an app's token that names it in rooms.",
  reason: "room_private",
};

function refusalsOf(peer: Peer) {
  return peer.inbox.map((message) => ({ ...message }));
}

/** All ways to ask for a room without a right to it. */
const strangers: [string, (world: World) => Peer][] = [
  ["a guest", (world) => world.open(ROOM, { username: "eve" })],
  [
    "a guest who types /join",
    (world) => {
      const peer = world.open(ROOM);
      peer.send("/join eve");
      return peer;
    },
  ],
  [
    "a guest who sends a join frame",
    (world) => {
      const peer = world.open(ROOM);
      peer.send({ type: "join", username: "eve" });
      return peer;
    },
  ],
  [
    "a guest without a name",
    (world) => {
      const peer = world.open(ROOM);
      peer.send({ type: "join" });
      return peer;
    },
  ],
  [
    "a guest with an invalid name",
    (world) => world.open(ROOM, { username: "-" }),
  ],
  [
    "a guest with a reserved name",
    (world) => world.open(ROOM, { username: "admin" }),
  ],
  [
    "a guest with the name of a member",
    (world) => world.open(ROOM, { username: "alice" }),
  ],
  [
    "a guest with a secret",
    (world) => {
      const peer = world.open(ROOM, { token: secretOf("eve") });
      peer.send({ type: "join", username: "eve" });
      return peer;
    },
  ],
  [
    "a guest with a short secret in the header",
    (world) => world.open(ROOM, { token: "short" }),
  ],
  [
    "a guest with a short secret",
    (world) => {
      const peer = world.open(ROOM);
      peer.send({ type: "join", username: "eve", token: "short" });
      return peer;
    },
  ],
  [
    "a user whose token names no room",
    (world) => joinByToken(world, ROOM, { token: OTHER }),
  ],
  [
    "a user whose bearer token names no room",
    (world) => world.open(ROOM, { token: OTHER }),
  ],
  [
    "a user whose token names other rooms",
    (world) => {
      world.tokens.set(OTHER, { ...alice, rooms: ["team-8-*", "lobby"] });
      return joinByToken(world, ROOM, { token: OTHER });
    },
  ],
];

const situations: [string, (world: World) => void][] = [
  ["that does not exist", () => undefined],
  ["that exists", (world) => joinByToken(world, ROOM)],
  [
    "that is full",
    (world) => {
      Object.assign(world.settings, { ROOM_CONNECTIONS: 1 });
      joinByToken(world, ROOM);
    },
  ],
  [
    "that may not be created",
    (world) => Object.assign(world.settings, { ROOMS: ["lobby"] }),
  ],
  [
    "on a server without guests",
    (world) => Object.assign(world.settings, { GUESTS: "off" }),
  ],
];

describe.each(strangers)("%s at a private room", (_, ask) => {
  test.each(situations)("a user is refused a private room %s", (_, make) => {
    const world = privateWorld();
    make(world);
    const peer = ask(world);
    world.settle();
    expect(refusalsOf(peer)).toEqual([REFUSAL]);
  });
});

test("a user who joins a private room by the URL without a right is disconnected with 4500", () => {
  const world = privateWorld();
  expect(world.open(ROOM, { username: "eve" }).closed).toBe("refused");
});

test("a user who asks for a private room again and again gets the same answer, then is disconnected", () => {
  const peer = privateWorld({ RATE_BURST: 1 }).open(ROOM);
  for (let i = 0; i < 10; i++) peer.send({ type: "join", username: "eve" });
  expect(refusalsOf(peer)).toEqual(Array(5).fill(REFUSAL));
  expect(peer.closed).toBe("refused");
});

describe("a private room opens", () => {
  test("a user can join a private room by a token that names it, in frame or header", () => {
    const world = privateWorld();
    expect(joinByToken(world, ROOM).last("welcome").room).toBe(ROOM);
    const peer = world.open(ROOM, { token: TOKEN });
    world.settle();
    peer.send({ type: "join" });
    world.settle();
    expect(peer.last("welcome").username).toBe("alice");
  });

  test("a user can join a private room by a token that names all rooms", () => {
    const world = privateWorld();
    world.tokens.set(TOKEN, { ...alice, rooms: ["*"] });
    expect(joinByToken(world, ROOM).all("welcome")).toHaveLength(1);
  });

  test("a user can join a room whose name differs from a private room's by case", () => {
    // Names of rooms are case-sensitive: this is another room, and not private.
    const world = privateWorld();
    const peer = world.open("Team-7-secret", { username: "eve" });
    world.settle();
    expect(peer.all("welcome")).toHaveLength(1);
  });

  test("a user of a private room is disconnected when the token expires", () => {
    const world = privateWorld();
    const expires = world.now + 1000;
    world.tokens.set(TOKEN, { ...alice, rooms: ["*"], expires });
    const peer = joinByToken(world, ROOM);
    world.pass(1000);
    expect(peer.closed).toBe("unauthorized");
  });

  test("a user cannot join a private room again by a token that names it no longer", () => {
    const world = privateWorld();
    const first = joinByToken(world, ROOM);
    world.tokens.set(OTHER, alice);
    const second = joinByToken(world, ROOM, { token: OTHER });
    expect(refusalsOf(second)).toEqual([REFUSAL]);
    expect(first.closed).toBeNull();
    first.send({ type: "leave" });
    first.take();
    first.send({ type: "join", username: "alice", token: OTHER });
    world.settle();
    expect(refusalsOf(first)).toEqual([REFUSAL]);
  });

  test("only a user who may join a private room is told that it is full", () => {
    const world = privateWorld({ ROOM_CONNECTIONS: 1 });
    joinByToken(world, ROOM);
    const late = joinByToken(world, ROOM);
    expect(late.last("error").code).toBe("room_full");
    expect(late.closed).toBe("goingAway");
  });
});

describe("connections to a private room that do not join", () => {
  test("users who do not join a private room take no place, and are a hundred at most", () => {
    const world = privateWorld({ ROOM_CONNECTIONS: 1 });
    const waiting = Array.from({ length: 101 }, () => world.open(ROOM));
    expect(waiting.map(({ closed }) => closed)).toEqual([
      "goingAway",
      ...Array(100).fill(null),
    ]);
    expect(joinByToken(world, ROOM).all("welcome")).toHaveLength(1);
  });

  test("users who do not join a private room cannot push members out", () => {
    const world = privateWorld();
    const member = joinByToken(world, ROOM);
    for (let i = 0; i < 300; i++) world.open(ROOM);
    expect(member.closed).toBeNull();
  });
});

describe("members of a room that becomes private", () => {
  test("users of a room that becomes private stay only if their token names it", () => {
    const world = privateWorld({ PRIVATE_ROOMS: [] });
    const named = joinByToken(world, ROOM);
    const app = joinByToken(world, ROOM, { token: OTHER });
    const guest = world.open(ROOM, { username: "eve" });
    const silent = world.open(ROOM, { token: OTHER });
    world.settle();
    world.hibernate(world.room(ROOM));
    Object.assign(world.settings, { PRIVATE_ROOMS: ["team-*"] });
    named.take();
    named.send({ type: "who" });
    world.settle();
    expect([app, guest, silent].map(({ closed }) => closed)).toEqual([
      "restarted",
      "restarted",
      "restarted",
    ]);
    expect(named.closed).toBeNull();
    expect(named.last("members").members).toEqual(["alice"]);
    expect(named.all("left").map(({ username }) => username)).toEqual([
      "bob",
      "guest-eve",
    ]);
  });

  test("users of a private room stay in it over each sleep", () => {
    const world = privateWorld();
    const member = joinByToken(world, ROOM);
    const bearer = world.open(ROOM, { token: TOKEN });
    world.settle();
    for (let i = 0; i < 2; i++) {
      world.hibernate(world.room(ROOM));
      member.send({ type: "who" });
      bearer.send({ type: "ping" });
    }
    expect([member.closed, bearer.closed]).toEqual([null, null]);
  });
});
