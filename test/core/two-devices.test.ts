// Two devices: a user's phone sleeps for a day while her laptop is in five rooms, and it misses nothing that she may read.
import { expect, test } from "vitest";
import type { RoomsPage } from "../../src/protocol/server-frames.ts";
import { NO_MEMBER } from "./support/members-room.ts";
import type { Peer } from "./support/peer.ts";
import { type JoinOptions, join, startJoin, userOf } from "./support/people.ts";
import { placesOf } from "./support/secret-text.ts";
import { World } from "./support/world.ts";

const DAY = 86_400_000;
const OPEN = ["lobby", "kitchen", "garden", "attic"] as const;
const ROOMS = [...OPEN, "den"] as const;
type Name = (typeof ROOMS)[number];
type Device = Record<Name, Peer>;

/** What a client keeps of each connection, to resume there. */
type Cursors = Record<Name, JoinOptions>;

function inEach<T>(make: (room: Name) => T): Record<Name, T> {
  const made = ROOMS.map((room) => [room, make(room)] as const);
  return Object.fromEntries(made) as Record<Name, T>;
}

function joinEach(world: World, username: string, device: string): Device {
  return inEach((room) =>
    join(world, room, username, { device, mailSince: 0 }),
  );
}

function registered(world: World, username: string): void {
  const peer = join(world, "club", username);
  peer.send({ type: "register" });
  world.settle();
  peer.send({ type: "leave" });
  world.settle();
}

const mailOf = (peers: readonly Peer[]) =>
  peers.flatMap(({ inbox }) =>
    inbox.flatMap((frame) =>
      "mail" in frame && typeof frame.mail === "number" ? frame.mail : [],
    ),
  );

function cursorsOf(device: Device): Cursors {
  const mailSince = Math.max(...mailOf(Object.values(device)));
  return inEach((room) => {
    const { inbox } = device[room];
    const { epoch, mailEpoch } = device[room].last("welcome");
    const seqs = inbox.flatMap((frame) =>
      "seq" in frame && typeof frame.seq === "number" ? frame.seq : [],
    );
    return { since: Math.max(...seqs), epoch, mailSince, mailEpoch };
  });
}

/** @returns the rooms as a connection is told, after the time of the cache */
function roomsOf(world: World, peer: Peer): RoomsPage["rooms"] {
  world.pass(10_000);
  peer.send({ type: "rooms" });
  world.settle();
  const { rooms, more } = peer.last("rooms");
  expect(more).toBe(false);
  return [...rooms].sort((a, b) => (a.room < b.room ? -1 : 1));
}

/** The number of the newest message with this text in a room. */
function seqOf(peer: Peer, text: string): number {
  const found = peer.all("message").findLast((one) => one.text === text);
  if (found === undefined) throw new Error(`Nobody wrote ${text}.`);
  return found.seq;
}

/** Five rooms with olga, bob, and ann on a laptop and a phone; the den is of members. */
function begin() {
  const world = new World({ RATE_PER_SECOND: 0 });
  for (const name of ["olga", "bob"]) registered(world, name);
  // A registered user who opens a room owns it.
  const olga = joinEach(world, "olga", "desk");
  const bob = joinEach(world, "bob", "desk");
  const laptop = joinEach(world, "ann", "laptop");
  laptop.lobby.send({ type: "register" });
  world.settle();
  const phone = joinEach(world, "ann", "phone");
  for (const name of ["ann", "bob"]) olga.den.send(`/member ${name}`);
  olga.den.send("/access members");
  const say = (room: Name, ...texts: string[]) => {
    for (const text of texts) bob[room].send(text);
    world.pass(2000);
  };
  for (const room of ROOMS) say(room, `${room} early`);
  say("lobby", "@ann an early letter");
  return { world, olga, bob, laptop, phone, say };
}

/** All connections of a room are lost; those who were there come back. */
function crash(world: World, room: Name, people: Record<string, Device>): void {
  const cursors = Object.entries(people).map(
    ([name, device]) => [name, device, cursorsOf(device)[room]] as const,
  );
  world.crash(world.room(room));
  for (const [name, device, cursor] of cursors)
    device[room] = join(world, room, name, {
      ...cursor,
      device: name === "ann" ? "laptop" : "desk",
    });
}

/** What happens on the day for which the phone sleeps. */
function playDay({ world, olga, bob, laptop, say }: ReturnType<typeof begin>) {
  say("lobby", "lobby one", "lobby two for @ann");
  laptop.lobby.send({ type: "read" });
  say("kitchen", "kitchen one", "kitchen draft", "kitchen regretted @ann");
  const draft = seqOf(laptop.kitchen, "kitchen draft");
  bob.kitchen.send({ type: "edit", of: draft, text: "kitchen edited" });
  const regretted = seqOf(laptop.kitchen, "kitchen regretted @ann");
  say("kitchen", "kitchen last for @ann");
  say("attic", "attic one", "attic two", "attic three for @ann");
  laptop.attic.send({
    ...{ type: "read", seq: seqOf(laptop.attic, "attic one") },
  });
  laptop.attic.send("attic by ann");
  say("garden", "garden one for @ann");
  say("den", "den for @ann while she is a member");
  say("kitchen", "@ann first letter");
  laptop.lobby.send({ type: "private", to: "bob", text: "ann's answer" });
  world.pass(60_000);
  olga.den.send("/unmember ann");
  say("den", "den secret, not for @ann");
  crash(world, "garden", { olga, bob, ann: laptop });
  say("garden", "garden two");
  world.crash(world.directory("ann"));
  world.pass(DAY / 2);
  bob.kitchen.send({ type: "delete", of: regretted });
  say("kitchen", "@ann second letter");
  for (const room of ROOMS) world.hibernate(world.room(room));
  world.hibernate(world.directory("ann"));
  world.pass(DAY / 2);
}

/** The mentions that a connection got, as the room and the number of the message. */
const mentionsOf = (peer: Peer) =>
  peer.all("mention").map(({ room, of }) => `${room} ${of}`);

test("ann's phone comes back after a day: each mention and private message is there once, and nothing of a room that she may not enter", () => {
  const scene = begin();
  const { world, laptop, phone, say } = scene;
  const cursors = cursorsOf(phone);
  for (const peer of Object.values(phone)) {
    expect(peer.closed).toBeNull();
    peer.close();
  }
  playDay(scene);
  const { den, ...open } = laptop;
  expect(den.closed).toBe("refused");
  expect(den.last("error")).toMatchObject(NO_MEMBER);
  for (const peer of Object.values(open)) expect(peer.closed).toBeNull();
  const back = inEach((room) => {
    const options = { device: "phone", ...cursors[room] };
    const peer = startJoin(world, room, "ann", options);
    world.settle();
    return peer;
  });

  const mentioned = [
    `lobby ${seqOf(laptop.lobby, "lobby two for @ann")}`,
    `kitchen ${seqOf(laptop.kitchen, "kitchen regretted @ann")}`,
    `kitchen ${seqOf(laptop.kitchen, "kitchen last for @ann")}`,
    `attic ${seqOf(laptop.attic, "attic three for @ann")}`,
    `garden ${seqOf(back.garden, "garden one for @ann")}`,
    // She could read it then. It has no text.
    `den ${seqOf(den, "den for @ann while she is a member")}`,
  ];
  for (const room of ["lobby", "kitchen", "attic"] as const)
    expect(mentionsOf(laptop[room])).toEqual(mentioned);

  // The den refuses her, and tells nothing else.
  expect(back.den.inbox).toMatchObject([{ type: "error", ...NO_MEMBER }]);
  expect(back.den.inbox).toHaveLength(1);
  back.den.take();
  back.den.send({ type: "history", limit: 50 });
  back.den.send({ type: "rooms" });
  world.settle();
  expect(back.den.inbox.map(({ type }) => type)).toEqual(["error", "error"]);

  // Each other room goes on from where the phone was.
  const readLobby = seqOf(laptop.lobby, "lobby two for @ann");
  const readAttic = seqOf(laptop.attic, "attic one");
  const reads: Partial<Record<Name, number>> = {
    ...{ lobby: readLobby, attic: readAttic },
  };
  expect(inEach((room) => back[room].messageTexts)).toEqual({
    lobby: ["lobby one", "lobby two for @ann"],
    kitchen: ["kitchen one", "kitchen edited", "kitchen last for @ann"],
    garden: ["garden one for @ann", "garden two"],
    attic: ["attic one", "attic two", "attic three for @ann", "attic by ann"],
    den: [],
  });
  for (const room of OPEN) {
    const welcome = back[room].last("welcome");
    expect(welcome).toMatchObject({ resumed: true, gap: false, more: false });
    expect(welcome.mailRead).toBe(undefined);
    expect(welcome.read).toBe(reads[room]);
    // The connection has all of the day's mail, in its order, once.
    const peer = back[room];
    expect(mentionsOf(peer)).toEqual(mentioned);
    expect(peer.privateTexts).toEqual([
      "first letter",
      "ann's answer",
      "second letter",
    ]);
    const [, copy] = peer.all("private");
    expect(copy).toMatchObject({ user: userOf("ann"), to: "bob" });
    for (const mention of peer.all("mention")) {
      expect(mention).toMatchObject({ user: userOf("bob"), username: "bob" });
      expect(mention).not.toHaveProperty("text");
    }
    const numbers = mailOf([peer]).slice(1);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(Math.min(...numbers)).toBeGreaterThan(cursors[room].mailSince ?? 0);
  }

  const heads = inEach((room) => back[room].all("welcome")[0]?.seq);
  const figures = roomsOf(world, back.attic);
  expect(figures).toEqual(roomsOf(world, laptop.kitchen));
  expect(figures.map(({ epoch: _, at: __, ...more }) => more)).toEqual([
    {
      ...{ room: "attic", seq: heads.attic, read: readAttic },
      ...{ unread: 2, mentions: 1 },
    },
    { room: "den" },
    { room: "garden", seq: heads.garden, read: 0, unread: 3, mentions: 1 },
    { room: "kitchen", seq: heads.kitchen, read: 0, unread: 4, mentions: 2 },
    { room: "lobby", seq: heads.lobby, read: readLobby, unread: 0 },
  ]);
  expect(figures[1]).toEqual({ room: "den" });

  // Both devices are here now: each connection hears of a mention once.
  say("lobby", "lobby late for @ann");
  say("den", "den late, not for @ann");
  const late = `lobby ${seqOf(laptop.lobby, "lobby late for @ann")}`;
  for (const peer of OPEN.flatMap((room) => [back[room], laptop[room]]))
    expect(mentionsOf(peer).filter((one) => one === late)).toHaveLength(1);

  // The phone has read all of it, and the laptop hears so.
  for (const room of OPEN) laptop[room].take();
  const newest = Math.max(...mailOf([back.lobby]));
  back.attic.send({ type: "read", seq: heads.attic ?? 0, mail: newest });
  world.settle();
  // A mention is read with the mail, though its room is still unread.
  const mailRead = roomsOf(world, back.kitchen);
  expect(mailRead.filter(({ mentions }) => mentions !== undefined)).toEqual([]);
  expect(mailRead.map(({ unread }) => unread)).toEqual([0, undefined, 3, 4, 1]);
  for (const room of OPEN) back[room].send({ type: "read" });
  world.settle();
  heads.lobby = seqOf(back.lobby, "lobby late for @ann");
  for (const room of OPEN) {
    const { epoch } = back[room].last("welcome");
    const heard = laptop[room].all("read");
    expect(heard).toHaveLength(2);
    expect(heard).toContainEqual({ type: "read", read: heads[room], epoch });
    expect(heard).toContainEqual({ type: "read", mail: newest });
  }

  // Both agree, also after the objects have slept again.
  world.pass(60_000);
  for (const room of ROOMS) world.hibernate(world.room(room));
  world.hibernate(world.directory("ann"));
  const end = roomsOf(world, laptop.garden);
  expect(end).toEqual(roomsOf(world, back.lobby));
  expect(end.map(({ epoch: _, at: __, ...more }) => more)).toEqual(
    [...ROOMS].sort().map((room) => ({
      room,
      ...(room !== "den" && {
        ...{ seq: heads[room], read: heads[room], unread: 0 },
      }),
    })),
  );
  const again = cursorsOf({ ...back, den: back.lobby });
  for (const [device, peers] of Object.entries({ phone: back, laptop }))
    for (const room of OPEN) {
      peers[room].close();
      const peer = join(world, room, "ann", { device, ...again[room] });
      const [welcome, ...more] = peer.inbox;
      expect(more).toEqual([]);
      expect(welcome).toMatchObject({ read: heads[room], mailRead: newest });
    }

  // No text that is gone came to the phone, and none of the den to either.
  const told = (device: Device) =>
    Object.values(device).flatMap(({ frames }) => frames);
  const onPhone = told(back).join();
  for (const text of ["kitchen draft", "kitchen regretted", "den for"])
    expect(onPhone).not.toContain(text);
  for (const text of ["den secret", "den late"])
    expect([...told(laptop), onPhone].join()).not.toContain(text);
  for (const text of ["kitchen draft", "kitchen regretted"])
    expect(placesOf(world, "kitchen", text)).toEqual([]);
});
