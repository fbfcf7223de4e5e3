// Private rooms: only a token that names the room opens it, and all others are told the same, whatever is behind it.
import { describe, expect, test } from "vitest";
import type { Settings } from "../../../src/protocol/settings.ts";
import { alice, bringIn, TOKEN, worldOf } from "../support/app.ts";
import type { Peer } from "../support/peer.ts";
import { secretOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

const ROOM = "team-7-secret";
/** Looks like a JWT, as `TOKEN` does, and is another one. */
const OTHER = `${TOKEN}b2tlbg`;

/** Alice's token names the room; the other one opens every room and names none. */
function privateWorld(settings: Partial<Settings> = {}): World {
  const world = worldOf(
    { rooms: ["team-7-*"] },
    { PRIVATE_ROOMS: ["team-*"], ...settings },
  );
  world.tokens.set(OTHER, { ...alice, subject: "2", username: "bob" });
  return world;
}

const REFUSAL = {
  type: "error",
  code: "forbidden",
  message: "This room opens only to an app's token that names it in rooms.",
  reason: "room_private",
};

function refusalsOf(peer: Peer) {
  return peer.inbox.map((message) => ({ ...message }));
}

/** Every way to ask for a room without a right to it. */
const strangers: [string, (world: World) => Peer][] = [
  ["a guest", (world) => world.open(ROOM, { username: "eve" })],
  [
    "a guest by a line of text",
    (world) => {
      const peer = world.open(ROOM);
      peer.send("/join eve");
      return peer;
    },
  ],
  [
    "a guest by a frame",
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
    "a guest whose name is none",
    (world) => world.open(ROOM, { username: "-" }),
  ],
  [
    "a guest whose name is reserved",
    (world) => world.open(ROOM, { username: "admin" }),
  ],
  [
    "a guest whose name is taken by one inside",
    (world) => world.open(ROOM, { username: "alice" }),
  ],
  [
    "a guest by a secret",
    (world) => {
      const peer = world.open(ROOM, { token: secretOf("eve") });
      peer.send({ type: "join", username: "eve" });
      return peer;
    },
  ],
  [
    "a guest by a secret that is too short, in the header",
    (world) => world.open(ROOM, { token: "short" }),
  ],
  [
    "a guest by a secret that is too short",
    (world) => {
      const peer = world.open(ROOM);
      peer.send({ type: "join", username: "eve", token: "short" });
      return peer;
    },
  ],
  [
    "a token that names no room",
    (world) => bringIn(world, ROOM, { token: OTHER }),
  ],
  [
    "a token that names no room, in the header",
    (world) => world.open(ROOM, { token: OTHER }),
  ],
  [
    "a token that names other rooms",
    (world) => {
      world.tokens.set(OTHER, { ...alice, rooms: ["team-8-*", "lobby"] });
      return bringIn(world, ROOM, { token: OTHER });
    },
  ],
];

const situations: [string, (world: World) => void][] = [
  ["that does not exist", () => undefined],
  ["that exists", (world) => bringIn(world, ROOM)],
  [
    "that is full",
    (world) => {
      Object.assign(world.settings, { ROOM_CONNECTIONS: 1 });
      bringIn(world, ROOM);
    },
  ],
  [
    "that may not come to be",
    (world) => Object.assign(world.settings, { ROOMS: ["lobby"] }),
  ],
  [
    "where no guests are",
    (world) => Object.assign(world.settings, { GUESTS: "off" }),
  ],
];

describe.each(strangers)("%s is told the same of a private room", (_, ask) => {
  test.each(situations)("%s", (_, make) => {
    const world = privateWorld();
    make(world);
    const peer = ask(world);
    world.settle();
    expect(refusalsOf(peer)).toEqual([REFUSAL]);
  });
});

test("a join by the URL is closed with 4500, as any that is refused", () => {
  const world = privateWorld();
  expect(world.open(ROOM, { username: "eve" }).closed).toBe("refused");
});

test("who asks again and again hears the same until the connection is closed", () => {
  const peer = privateWorld({ RATE_BURST: 1 }).open(ROOM);
  for (let i = 0; i < 10; i++) peer.send({ type: "join", username: "eve" });
  expect(refusalsOf(peer)).toEqual(Array(5).fill(REFUSAL));
  expect(peer.closed).toBe("refused");
});

describe("a private room opens", () => {
  test("to a token that names it, by frame and header", () => {
    const world = privateWorld();
    expect(bringIn(world, ROOM).last("welcome").room).toBe(ROOM);
    const peer = world.open(ROOM, { token: TOKEN });
    world.settle();
    peer.send({ type: "join" });
    world.settle();
    expect(peer.last("welcome").username).toBe("alice");
  });

  test("to a token that names all rooms", () => {
    const world = privateWorld();
    world.tokens.set(TOKEN, { ...alice, rooms: ["*"] });
    expect(bringIn(world, ROOM).all("welcome")).toHaveLength(1);
  });

  test("to nobody in another spelling of the setting's own", () => {
    // Case counts in rooms: that is another one, and no private one.
    const world = privateWorld();
    const peer = world.open("Team-7-secret", { username: "eve" });
    world.settle();
    expect(peer.all("welcome")).toHaveLength(1);
  });

  test("only as long as the token does", () => {
    const world = privateWorld();
    const expires = world.now + 1000;
    world.tokens.set(TOKEN, { ...alice, rooms: ["*"], expires });
    const peer = bringIn(world, ROOM);
    world.pass(1000);
    expect(peer.closed).toBe("unauthorized");
  });

  test("not once more by a token that names it no longer", () => {
    const world = privateWorld();
    const first = bringIn(world, ROOM);
    world.tokens.set(OTHER, alice);
    const second = bringIn(world, ROOM, { token: OTHER });
    expect(refusalsOf(second)).toEqual([REFUSAL]);
    expect(first.closed).toBeNull();
    first.send({ type: "leave" });
    first.take();
    first.send({ type: "join", username: "alice", token: OTHER });
    world.settle();
    expect(refusalsOf(first)).toEqual([REFUSAL]);
  });

  test("to its people when it is full, but says so to them alone", () => {
    const world = privateWorld({ ROOM_CONNECTIONS: 1 });
    bringIn(world, ROOM);
    const late = bringIn(world, ROOM);
    expect(late.last("error").code).toBe("room_full");
    expect(late.closed).toBe("goingAway");
  });
});

describe("strangers who wait at a private room", () => {
  test("take no place in it, and are a hundred at most", () => {
    const world = privateWorld({ ROOM_CONNECTIONS: 1 });
    const waiting = Array.from({ length: 101 }, () => world.open(ROOM));
    expect(waiting.map(({ closed }) => closed)).toEqual([
      "goingAway",
      ...Array(100).fill(null),
    ]);
    expect(bringIn(world, ROOM).all("welcome")).toHaveLength(1);
  });

  test("do not push those out who are inside", () => {
    const world = privateWorld();
    const inside = bringIn(world, ROOM);
    for (let i = 0; i < 300; i++) world.open(ROOM);
    expect(inside.closed).toBeNull();
  });
});

describe("those who are inside when a room becomes private", () => {
  test("are sent away when it wakes, unless a token that names it brought them", () => {
    const world = privateWorld({ PRIVATE_ROOMS: [] });
    const invited = bringIn(world, ROOM);
    const app = bringIn(world, ROOM, { token: OTHER });
    const guest = world.open(ROOM, { username: "eve" });
    const silent = world.open(ROOM, { token: OTHER });
    world.settle();
    world.hibernate(world.room(ROOM));
    Object.assign(world.settings, { PRIVATE_ROOMS: ["team-*"] });
    invited.take();
    invited.send({ type: "who" });
    world.settle();
    expect([app, guest, silent].map(({ closed }) => closed)).toEqual([
      "restarted",
      "restarted",
      "restarted",
    ]);
    expect(invited.closed).toBeNull();
    expect(invited.last("members").members).toEqual(["alice"]);
    expect(invited.all("left").map(({ username }) => username)).toEqual([
      "bob",
      "guest-eve",
    ]);
  });

  test("stay over each later sleep", () => {
    const world = privateWorld();
    const inside = bringIn(world, ROOM);
    const bearer = world.open(ROOM, { token: TOKEN });
    world.settle();
    for (let i = 0; i < 2; i++) {
      world.hibernate(world.room(ROOM));
      inside.send({ type: "who" });
      bearer.send({ type: "ping" });
    }
    expect([inside.closed, bearer.closed]).toEqual([null, null]);
  });
});
