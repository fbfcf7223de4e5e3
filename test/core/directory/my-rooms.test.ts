// My rooms: test the list of a user's rooms, with the number of unread messages in each.
import { describe, expect, test } from "vitest";
import type { Reply } from "../../../src/core/shared/rpc.ts";
import type { RoomsPage } from "../../../src/protocol/server-frames.ts";
import {
  alice as appAlice,
  appWorld,
  joinByToken,
  TOKEN,
} from "../support/app.ts";
import type { Peer } from "../support/peer.ts";
import { identityOf, join, joinAll } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Asks for the rooms by a connection, after the cache. */
function roomsOf(world: World, peer: Peer, before?: string): RoomsPage {
  world.pass(10_000);
  peer.send({ type: "rooms", ...(before !== undefined && { before }) });
  world.settle();
  return peer.last("rooms");
}

function namesOf({ rooms }: RoomsPage): string[] {
  return rooms.map(({ room }) => room);
}

describe("the rooms of alice", () => {
  test("alice sees the rooms that she is and was in, the newest first", () => {
    const world = new World();
    const bob = join(world, "kitchen", "bob");
    const kitchen = join(world, "kitchen", "alice");
    world.pass(10);
    const lobby = join(world, "lobby", "alice");
    bob.send("one");
    bob.send("two");
    world.settle();
    kitchen.send({ type: "read", seq: 1 });
    world.pass(10);
    kitchen.send({ type: "leave" });
    bob.send("three");
    kitchen.take();
    const { rooms, more } = roomsOf(world, lobby);
    expect(more).toBe(false);
    expect(rooms).toMatchObject([
      { room: "kitchen", read: 1, seq: 3, unread: 2 },
      { room: "lobby", read: 0, seq: 0, unread: 0 },
    ]);
    expect(rooms[0]?.at).toBeGreaterThan(0);
    expect(rooms[0]?.epoch).toMatch(/./);
  });

  test("alice sees how many mentions wait in a room, until she has read it", () => {
    const world = new World();
    const bob = join(world, "kitchen", "bob");
    const kitchen = join(world, "kitchen", "alice");
    kitchen.send({ type: "leave" });
    world.settle();
    const lobby = join(world, "lobby", "alice");
    bob.send("hello @alice");
    bob.send("where is @alice?");
    world.pass(2000);
    const countOf = () =>
      roomsOf(world, lobby).rooms.find(({ room }) => room === "kitchen")
        ?.mentions;
    expect(countOf()).toBe(2);
    const again = join(world, "kitchen", "alice");
    again.send({ type: "read", seq: 1 });
    again.send({ type: "leave" });
    world.settle();
    expect(countOf()).toBe(1);
    lobby.send({ type: "read", mail: 99 });
    world.pass(40_000);
    lobby.send({ type: "read", mail: 99 });
    expect(countOf()).toBe(undefined);
  });

  test("alice's own messages are not unread", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send("mine");
    bob.send("yours");
    world.settle();
    expect(roomsOf(world, alice).rooms).toMatchObject([{ unread: 1, seq: 2 }]);
  });

  test("alice marks rooms as read without entering them, up to the number that she has seen", () => {
    const world = new World();
    const bob = join(world, "kitchen", "bob");
    const kitchen = join(world, "kitchen", "alice");
    kitchen.send({ type: "leave" });
    const eve = join(world, "attic", "eve");
    const attic = join(world, "attic", "alice");
    const lobby = join(world, "lobby", "alice");
    bob.send("where is @alice?");
    eve.send("one");
    world.pass(2000);
    const { rooms } = roomsOf(world, lobby);
    const listed = rooms.map(({ room, epoch = "", seq = 0 }) => ({
      ...{ room, epoch, seq },
    }));
    bob.send("later");
    world.settle();
    attic.take();
    const read = [
      ...listed.filter(({ room }) => room !== "lobby"),
      { room: "elsewhere", epoch: "e", seq: 1 },
    ];
    lobby.send({ type: "rooms", read });
    world.settle();
    const answer = lobby.last("rooms");
    expect(answer.more).toBe(false);
    expect(answer.rooms).toMatchObject([
      { room: "attic", read: 1, unread: 0 },
      { room: "kitchen", read: 1, unread: 1, seq: 2 },
    ]);
    expect(answer.rooms[1]?.mentions).toBe(undefined);
    // The device that is in the room learns of it at once.
    expect(attic.last("read")).toMatchObject({ read: 1 });
    // The next list is no answer from before.
    lobby.send({ type: "rooms" });
    world.settle();
    expect(lobby.last("rooms").rooms).toContainEqual(answer.rooms[1]);
    const again = join(world, "kitchen", "alice");
    expect(again.last("welcome").read).toBe(1);
  });

  test("alice's marker moves forward only, to what is there, in the epoch that she has seen", () => {
    const world = new World();
    const bob = join(world, "kitchen", "bob");
    const kitchen = join(world, "kitchen", "alice");
    bob.send("one");
    bob.send("two");
    world.settle();
    kitchen.send({ type: "read", seq: 1 });
    kitchen.send({ type: "leave" });
    const lobby = join(world, "lobby", "alice");
    const kitchenNow = () =>
      roomsOf(world, lobby).rooms.find(({ room }) => room === "kitchen");
    const { epoch = "" } = kitchenNow() ?? {};
    const mark = (seq: number, of = epoch) => {
      world.pass(10_000);
      const read = [{ room: "kitchen", epoch: of, seq }];
      lobby.send({ type: "rooms", read });
      world.settle();
      return [lobby.last("rooms").rooms[0]?.read, kitchenNow()?.read];
    };
    expect(mark(0)).toEqual([1, 1]);
    expect(mark(2, "another")).toEqual([1, 1]);
    expect(mark(999)).toEqual([2, 2]);
    bob.send("three");
    world.settle();
    expect(kitchenNow()?.unread).toBe(1);
  });

  test("alice reads her list by pages of 20", () => {
    const world = new World();
    const lobby = join(world, "lobby", "alice");
    for (let i = 0; i < 45; i++) {
      const peer = join(world, `room-${i}`, "alice");
      // Some are left at the same moment.
      if (i % 3 === 0) world.pass(1);
      peer.send({ type: "leave" });
    }
    world.settle();
    const seen: string[] = [];
    let before: string | undefined;
    let pages = 0;
    do {
      const page = roomsOf(world, lobby, before);
      expect(page.rooms.length).toBeLessThanOrEqual(20);
      seen.push(...namesOf(page));
      before = page.before;
      expect(page.more).toBe(before !== undefined);
      pages++;
    } while (before !== undefined);
    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(46);
    expect(seen).toHaveLength(46);
  });

  test("a room that does not answer has no figures, and alice waits two seconds", () => {
    const world = new World();
    const lobby = join(world, "lobby", "alice");
    join(world, "kitchen", "alice");
    world.pass(10_000);
    lobby.send({ type: "rooms" });
    const isKitchens = () => {
      world.settle(({ ops, to }) => {
        return (
          to === world.room("kitchen") &&
          ops.some(({ type }) => type === "unread")
        );
      });
    };
    isKitchens();
    expect(lobby.all("rooms")).toEqual([]);
    world.advance(1999);
    isKitchens();
    expect(lobby.all("rooms")).toEqual([]);
    world.advance(1);
    isKitchens();
    const { rooms } = lobby.last("rooms");
    expect(rooms.map(({ room, unread }) => [room, unread])).toEqual([
      ["kitchen", undefined],
      ["lobby", 0],
    ]);
    world.settle();
    expect(lobby.all("rooms")).toHaveLength(1);
  });

  test("a room of an older release has no figures", () => {
    const world = new World();
    const lobby = join(world, "lobby", "alice");
    join(world, "kitchen", "alice");
    const kitchen = world.room("kitchen");
    kitchen.ask = (_, onReplies) => {
      const refused: Reply = { type: "refused", code: "unsupported" };
      onReplies([refused]);
    };
    const [first] = roomsOf(world, lobby).rooms;
    expect(first).toEqual({ room: "kitchen" });
  });

  test("an answer is repeated for ten seconds, and one question waits at a time", () => {
    const world = new World();
    const lobby = join(world, "lobby", "alice");
    let asked = 0;
    world.onCall = ({ ops }) => {
      asked += ops.filter(({ type }) => type === "unread").length;
    };
    for (let i = 0; i < 3; i++) {
      lobby.send({ type: "rooms" });
      world.settle();
    }
    expect(asked).toBe(1);
    expect(lobby.all("rooms")).toHaveLength(3);
    expect(roomsOf(world, lobby).rooms).toHaveLength(1);
    expect(asked).toBe(2);
    lobby.take();
    world.pass(10_000);
    const kitchen = join(world, "kitchen", "alice");
    const isHeld = ({ ops }: { ops: readonly { type: string }[] }) =>
      ops.some(({ type }) => type === "unread");
    lobby.send({ type: "rooms" });
    world.settle(isHeld);
    kitchen.take();
    kitchen.send({ type: "rooms", before: "5 lobby" });
    world.settle(isHeld);
    expect(kitchen.last("error")).toMatchObject({ code: "rate_limited" });
    world.settle();
    expect(lobby.all("rooms")).toHaveLength(1);
  });

  test("alice takes a room that she has left off her list", () => {
    const world = new World();
    const lobby = join(world, "lobby", "alice");
    const kitchen = join(world, "kitchen", "alice");
    lobby.send("/forget kitchen");
    world.settle();
    expect(lobby.last("error")).toMatchObject({ code: "forbidden" });
    kitchen.send({ type: "leave" });
    world.settle();
    expect(namesOf(roomsOf(world, lobby))).toEqual(["kitchen", "lobby"]);
    lobby.send({ type: "forget", room: "kitchen" });
    world.settle();
    expect(lobby.last("forgotten")).toMatchObject({ room: "kitchen" });
    lobby.send({ type: "rooms" });
    world.settle();
    expect(namesOf(lobby.last("rooms"))).toEqual(["lobby"]);
  });

  test("nobody gets the list of the user who had the name before", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 60 });
    const first = join(world, "secret-plans", "alice");
    first.send({ type: "leave" });
    world.pass(120_000);
    const next = join(world, "lobby", "alice", { as: "mallory" });
    expect(namesOf(roomsOf(world, next))).toEqual(["lobby"]);
    const reply = world.directory("alice");
    let refused: unknown = null;
    reply.ask(
      [{ type: "my-rooms", identity: identityOf("alice") }],
      (replies) => {
        refused = replies?.[0];
      },
    );
    expect(refused).toMatchObject({ type: "refused", code: "forbidden" });
  });

  test("alice has more than 100 unread messages", () => {
    const world = new World({ RATE_BURST: 1000, RATE_PER_SECOND: 1000 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 0; i < 130; i++) bob.send(`${i}`);
    world.pass(1000);
    expect(roomsOf(world, alice).rooms).toMatchObject([{ unread: 100 }]);
  });
});

test("alice's laptop sleeps for a day, and knows what her phone has read in five rooms", () => {
  const world = new World();
  const names = ["one", "two", "three", "four", "five"];
  const bobs = names.map((room) => join(world, room, "bob"));
  const phones = names.map((room) => join(world, room, "alice"));
  const laptops = names.map((room) => join(world, room, "alice"));
  phones[0]?.send({ type: "register" });
  world.settle();
  const sayInEach = () => {
    for (const bob of bobs) bob.send("hello");
    world.pass(1000);
  };
  sayInEach();
  for (const laptop of laptops) laptop.close();
  sayInEach();
  // The phone reads two messages in the first room, one in the second, none elsewhere.
  phones[0]?.send({ type: "read", seq: 2 });
  phones[1]?.send({ type: "read", seq: 1 });
  for (const phone of phones) phone.send({ type: "leave" });
  sayInEach();
  world.pass(86_400_000);
  for (const room of names) world.hibernate(world.room(room));
  world.hibernate(world.directory("alice"));
  const back = join(world, "one", "alice");
  expect(back.last("welcome").read).toBe(2);
  const page = roomsOf(world, back);
  const unread = page.rooms.map(({ room, read, unread }) => [
    ...[room, read, unread],
  ]);
  expect(new Set(unread.map(String))).toEqual(
    new Set(["one,2,1", "two,1,2", "three,0,3", "four,0,3", "five,0,3"]),
  );
  for (const [i, room] of names.entries())
    if (i > 0)
      expect(join(world, room, "alice").last("welcome").read ?? 0).toBe(
        i === 1 ? 1 : 0,
      );
});

describe("rooms that alice may not enter any more", () => {
  test("of a room that has become one of members alice sees the name alone", () => {
    const world = new World();
    const owner = join(world, "club", "owner");
    owner.send({ type: "register" });
    world.settle();
    owner.send({ type: "leave" });
    world.settle();
    // A registered user who opens a room owns it.
    const den = join(world, "den", "owner");
    const alice = join(world, "den", "alice");
    world.pass(10);
    const lobby = join(world, "lobby", "alice");
    den.send("secret");
    world.settle();
    expect(roomsOf(world, lobby).rooms).toMatchObject([
      { room: "lobby" },
      { room: "den", unread: 1 },
    ]);
    den.send("/access members");
    world.settle();
    expect(alice.closed).toBe("refused");
    expect(roomsOf(world, lobby).rooms[0]).toEqual({ room: "den" });
  });

  test("of a banned user the room tells the name alone", () => {
    const world = new World();
    const owner = join(world, "club", "owner");
    owner.send({ type: "register" });
    world.settle();
    const den = join(world, "den", "owner");
    join(world, "den", "alice");
    const lobby = join(world, "lobby", "alice");
    den.send({
      ...{ type: "moderate", action: "ban", username: "alice", for: 3600 },
    });
    world.settle();
    const entry = roomsOf(world, lobby).rooms.find(
      ({ room }) => room === "den",
    );
    expect(entry).toEqual({ room: "den" });
  });

  test("a private room shows nothing, unless the token that named it lasts", () => {
    const expires = 1_750_000_000_000 + 3_600_000;
    const world = appWorld(
      { rooms: ["*"], expires },
      { PRIVATE_ROOMS: ["vault"] },
    );
    const later = TOKEN.replace("e30", "e31");
    world.tokens.set(later, { ...appAlice, rooms: null });
    const vault = joinByToken(world, "vault");
    world.pass(1);
    const lobby = joinByToken(world, "lobby", { token: later });
    expect(namesOf(roomsOf(world, lobby))).toEqual(["lobby", "vault"]);
    vault.send({ type: "leave" });
    world.settle();
    expect(namesOf(roomsOf(world, lobby))).toEqual(["vault", "lobby"]);
    world.pass(expires - world.now);
    expect(namesOf(roomsOf(world, lobby))).toEqual(["lobby"]);
  });
});
