// Socket.IO recovery: a client that lost its connection gets what it missed by its own pid and offset, once and in order.
import { expect, test } from "vitest";
import { join, joinAll, leaveRoom } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";
import { type SocketIoOptions, SocketIoUser } from "./support/socketio-user.ts";

async function connected(options: SocketIoOptions = {}): Promise<SocketIoUser> {
  const user = new SocketIoUser("", options);
  expect(await user.next("connect")).toEqual([false]);
  return user;
}

function texts(user: SocketIoUser): unknown[] {
  return user.messages.map((one) =>
    typeof one === "object" && one !== null && "message" in one
      ? one.message
      : one,
  );
}

test.for([
  { how: "HTTP, then a WebSocket", transports: ["polling", "websocket"] },
  { how: "a WebSocket alone", transports: ["websocket"] },
  { how: "HTTP alone", transports: ["polling"] },
])(
  "by $how a client misses nothing, and hears nothing twice",
  async ({ transports }) => {
    const room = uniqueName("lobby");
    const [ann] = await joinAll(room, "ann");
    const name = uniqueName("alice");
    const alice = await connected({ transports, reconnectionDelay: 200 });
    await alice.join(room, name);
    await ann.sendMessage("before");
    await alice.message(expect.objectContaining({ message: "before" }));
    await alice.ask("new message", "mine");
    for (let round = 0; round < 3; round++) {
      alice.lose();
      await alice.next("disconnect");
      await ann.sendMessage(`away ${round}`);
      await ann.sendPrivate(name, `psst ${round}`);
      expect(await alice.next("connect")).toEqual([true]);
      await alice.message(
        expect.objectContaining({ message: `psst ${round}` }),
      );
    }
    await ann.sendMessage("after");
    await alice.message(expect.objectContaining({ message: "after" }));
    const isPrivate = (text: unknown) => String(text).startsWith("psst");
    const heard = texts(alice);
    expect(heard.filter((text) => !isPrivate(text))).toEqual([
      "before",
      "away 0",
      "away 1",
      "away 2",
      "after",
    ]);
    expect(heard.filter(isPrivate)).toEqual(["psst 0", "psst 1", "psst 2"]);
  },
);

test("a client that heard nothing since its join recovers too", async () => {
  const room = uniqueName("lobby");
  const alice = await connected();
  await alice.join(room, uniqueName("alice"));
  alice.lose();
  const [ann] = await joinAll(room, "ann");
  await ann.sendMessage("one");
  await alice.next("disconnect");
  expect(await alice.next("connect")).toEqual([true]);
  await alice.message(expect.objectContaining({ message: "one" }));
});

test("more than a replay holds comes whole and in order", async () => {
  const room = uniqueName("lobby");
  const alice = await connected({ reconnection: false });
  await alice.join(room, uniqueName("alice"));
  // Nobody may say so much in so short a time.
  const people = await joinAll(room, "ann", "ben", "cem", "dan", "eve");
  for (const { name } of people) await alice.message(`${name} has joined !`);
  alice.lose();
  const wanted = Array.from({ length: 560 }, (_, n) => `away ${n}`);
  for (const [n, text] of wanted.entries())
    await people[n % people.length]?.sendMessage(text);
  alice.socket.connect();
  expect(await alice.next("connect")).toEqual([true]);
  await alice.message(expect.objectContaining({ message: "away 559" }));
  const heard = texts(alice).filter((text) => String(text).startsWith("away"));
  expect(heard).toEqual(wanted);
}, 60_000);

test("several rooms recover together, or the client counts as new", async () => {
  const [lobby, kitchen] = [uniqueName("lobby"), uniqueName("kitchen")];
  const [ann] = await joinAll(lobby, "ann");
  const [ben] = await joinAll(kitchen, "ben");
  const alice = await connected();
  const name = uniqueName("alice");
  await alice.join(lobby, name);
  await alice.join(kitchen, name);
  alice.lose();
  await ann.sendMessage("in the lobby");
  await ben.sendMessage("in the kitchen");
  await alice.next("disconnect");
  expect(await alice.next("connect")).toEqual([true]);
  await alice.message(expect.objectContaining({ message: "in the lobby" }));
  await alice.message(expect.objectContaining({ message: "in the kitchen" }));
  // A made-up offset of one room: the newest page comes instead.
  const { io } = alice.socket;
  const offset: string = Reflect.get(alice.socket, "_lastOffset");
  Reflect.set(alice.socket, "_lastOffset", offset.replace(/\d+$/, "999999"));
  io.engine.close();
  await alice.next("disconnect");
  expect(await alice.next("connect")).toEqual([false]);
  await alice.inbox.next(
    ({ event, args: [page] }) =>
      event === "history" && JSON.stringify(page).includes("in the kitchen"),
    "the newest page of the kitchen",
  );
  // It is in both rooms all the same.
  await ann.sendMessage("again");
  await alice.message(expect.objectContaining({ message: "again" }));
});

test("a message that was sent again after a lost connection is stored once", async () => {
  const room = uniqueName("lobby");
  const ann = await join(room, person("ann"));
  const alice = new SocketIoUser("", { ackTimeout: 1000, retries: 10 });
  alice.socket.emit(
    "join room",
    { roomname: room, username: uniqueName("alice") },
    () => {},
  );
  await ann.next("joined");
  const id = uniqueId();
  const acks: unknown[] = [];
  alice.socket.emit("new message", "once", id, (_: unknown, ack: unknown) =>
    acks.push(ack),
  );
  alice.lose();
  await ann.next("message", { text: "once", id });
  await expect.poll(() => acks.length, { timeout: 10_000 }).toBe(1);
  await alice.ask("new message", "done", uniqueId()).catch(() => {});
  await ann.next("message", { text: "done" });
  ann.send({ type: "history" });
  const { messages } = await ann.next("history");
  expect(
    messages.filter((message) => "id" in message && message.id === id),
  ).toHaveLength(1);
});

test("a client whose name somebody else has by now counts as new", async () => {
  const [room, name] = [uniqueName("lobby"), uniqueName("alice")];
  const alice = await connected({ reconnection: false });
  await alice.join(room, name);
  alice.lose();
  await alice.next("disconnect");
  // Its claim ends, and another person takes the name.
  const other = { name, token: uniqueId() + uniqueId() };
  await expect
    .poll(async () => (await join(room, other).catch(() => null)) !== null, {
      timeout: 15_000,
      interval: 500,
    })
    .toBe(true);
  alice.socket.connect();
  expect(await alice.next("connect")).toEqual([false]);
  expect(await alice.next("left")).toEqual([
    expect.objectContaining({ room, code: "username_taken" }),
  ]);
  expect(await alice.ask("new message", "hello")).toHaveProperty(
    "error",
    "not_joined",
  );
});

test("a user who leaves does not come back by a lost connection", async () => {
  const room = uniqueName("lobby");
  const [ann] = await joinAll(room, "ann");
  const alice = new SocketIoUser();
  const name = uniqueName("alice");
  await alice.join(room, name);
  await alice.ask("leave room");
  await ann.next("left", { username: name });
  await leaveRoom(ann);
  expect(await alice.ask("new message", "hello")).toHaveProperty(
    "error",
    "not_joined",
  );
});
