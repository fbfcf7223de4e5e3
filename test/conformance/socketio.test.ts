// Socket.IO: users with the unchanged client of Socket.IO talk with each other, and with users of this protocol.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { urlOf } from "./support/connection.ts";
import { askRaw } from "./support/http-client.ts";
import { join, joinAll } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";
import { SocketIoUser } from "./support/socketio-user.ts";

const { version } = JSON.parse(
  readFileSync("node_modules/socket.io-client/package.json", "utf8"),
);
const NOT_JOINED = { error: true, msg: "You're not part of a room yet" };

function generic(room: string, username: string, message: string) {
  return { room, type: "generic", username, message };
}

describe("a client script of a Socket.IO chat, with nothing but io(url)", () => {
  test("speaks too early, joins, and speaks again", async () => {
    const room = uniqueName("lobby");
    const witness = await join(room, person("witness"));
    const username = uniqueName("alice");
    const alice = new SocketIoUser();
    alice.socket.emit("new message", "too early");
    alice.socket.emit("join room", { roomname: room, username });
    alice.socket.emit("new message", "hello");
    await witness.next("joined", { username });
    await witness.next("message", { username, text: "hello" });
    await alice.message(NOT_JOINED);
    await witness.sendMessage("welcome");
    await alice.message(generic(room, witness.name, "welcome"));
    expect(alice.messages).toEqual([
      NOT_JOINED,
      generic(room, witness.name, "welcome"),
    ]);
    alice.socket.disconnect();
    await witness.next("left", { username });
  });

  test("hears that others come, speak and go", async () => {
    const room = uniqueName("lobby");
    const alice = new SocketIoUser();
    await alice.join(room, uniqueName("alice"));
    const bob = new SocketIoUser();
    const name = uniqueName("bob");
    await bob.join(room, name);
    bob.socket.emit("new message", "hi");
    await alice.message(generic(room, name, "hi"));
    bob.socket.disconnect();
    await alice.message(`${name} has left !`);
    expect(alice.messages).toEqual([
      `${name} has joined !`,
      generic(room, name, "hi"),
      `${name} has left !`,
    ]);
    expect(bob.messages).toEqual([]);
  });

  test("sends a private message to bob alone, wherever he is", async () => {
    const [alice, bob, carol] = [
      new SocketIoUser(),
      new SocketIoUser(),
      new SocketIoUser(),
    ];
    const [lobby, kitchen] = [uniqueName("lobby"), uniqueName("kitchen")];
    const names = [uniqueName("alice"), uniqueName("bob"), uniqueName("carol")];
    const [aliceName = "", bobName = "", carolName = ""] = names;
    await alice.join(lobby, aliceName);
    await carol.join(lobby, carolName);
    await bob.join(kitchen, bobName);
    const answer = await alice.ask("new pm", `@${bobName} psst`);
    expect(answer).toEqual({
      to: bobName,
      private: expect.any(String),
      at: expect.any(Number),
      delivered: true,
    });
    await bob.message({
      room: kitchen,
      type: "private",
      username: aliceName,
      message: "psst",
      target: bobName,
    });
    // A message after it shows that nothing came before.
    await carol.ask("new message", "settled");
    await alice.message(generic(lobby, carolName, "settled"));
    expect(JSON.stringify([alice.messages, carol.messages])).not.toContain(
      "psst",
    );
  });
});

describe("acknowledgements", () => {
  test("say the number and the time, and that a message is a repeat", async () => {
    const alice = new SocketIoUser();
    await alice.join(uniqueName("lobby"), uniqueName("alice"));
    const id = uniqueId();
    const first = await alice.ask("new message", "hello", id);
    expect(first).toEqual({ seq: 1, at: expect.any(Number) });
    const again = await alice.ask("new message", "hello", id);
    expect(again).toEqual({ ...first, duplicate: true });
    expect(await alice.ask("new message", "more")).toHaveProperty("seq", 2);
  });

  test.for([
    ["a message before a join", "not_joined", "new message", "hello"],
    ["an unknown event", "unsupported", "dance"],
    ["a bad name of a room", "bad_room", "join room", { roomname: "b b" }],
    ["a join without a room", "bad_request", "join room", { username: "al" }],
    ["a join under a bad name", "bad_username", "join room", "lobby", "a a"],
    ["a message that is no text", "bad_request", "new message", 7],
  ] as const)("say why %s is refused", async ([, code, event, ...args]) => {
    const alice = new SocketIoUser();
    expect(await alice.ask(event, ...args)).toMatchObject({
      error: code,
      message: expect.stringMatching(/./),
    });
  });

  test("say why a message in a room is refused", async () => {
    const alice = new SocketIoUser();
    await alice.join(uniqueName("lobby"), uniqueName("alice"));
    for (const [text, code] of [
      ["", "bad_request"],
      ["x".repeat(4001), "too_large"],
      ["x".repeat(20_000), "too_large"],
    ])
      expect(await alice.ask("new message", text)).toHaveProperty(
        "error",
        code,
      );
    const unknown = await alice.ask("new pm", `@${uniqueName("nobody")} psst`);
    expect(unknown).toHaveProperty("error", "no_such_user");
    expect(await alice.ask("new pm", "psst")).toMatchObject({
      error: "bad_request",
    });
    // Without an acknowledgement it comes as an event.
    alice.socket.emit("new message", "");
    expect((await alice.next("new message"))[0]).toMatchObject({ error: true });
  });
});

describe("rooms", () => {
  test("a user is in several rooms, and speaks in the one joined last or named", async () => {
    const [lobby, kitchen] = [uniqueName("lobby"), uniqueName("kitchen")];
    const [inLobby] = await joinAll(lobby, "ann");
    const [inKitchen] = await joinAll(kitchen, "ben");
    const alice = new SocketIoUser();
    const name = uniqueName("alice");
    await alice.join(lobby, name);
    await alice.join(kitchen, name);
    await alice.ask("new message", "to the kitchen");
    await alice.ask("new message", { room: lobby, message: "to the lobby" });
    await inKitchen.next("message", { text: "to the kitchen" });
    await inLobby.next("message", { text: "to the lobby" });
    await inLobby.sendMessage("from the lobby");
    await alice.message(generic(lobby, inLobby.name, "from the lobby"));
    expect(await alice.ask("leave room", { room: lobby })).toEqual({
      room: lobby,
    });
    await inLobby.next("left", { username: name });
    await alice.ask("new message", "still here");
    await inKitchen.next("message", { text: "still here" });
  });

  test("a sixth room is refused", async () => {
    const alice = new SocketIoUser();
    const name = uniqueName("alice");
    for (let n = 0; n < 5; n++) await alice.join(uniqueName("room"), name);
    const sixth = { roomname: uniqueName("room"), username: name };
    const answer = await alice.ask("join room", sixth);
    expect(answer).toHaveProperty("error", "forbidden");
  });

  test("the history of a room comes after the join, and by pages", async () => {
    const room = uniqueName("lobby");
    const [ann] = await joinAll(room, "ann");
    await ann.sendMessage("one");
    await ann.sendMessage("two");
    const alice = new SocketIoUser();
    await alice.join(room, uniqueName("alice"));
    const entry = (seq: number, message: string) =>
      expect.objectContaining({ seq, ...generic(room, ann.name, message) });
    expect(await alice.next("history")).toEqual([
      { room, messages: [entry(1, "one"), entry(2, "two")], more: false },
    ]);
    const page = await alice.ask("history", { before: 2, limit: 1 });
    expect(page).toMatchObject({ messages: [{ seq: 1, text: "one" }] });
    expect(await alice.ask("members")).toMatchObject({ count: 2, more: false });
  });

  test("others see that somebody is typing", async () => {
    const room = uniqueName("lobby");
    const [ann] = await joinAll(room, "ann");
    const [alice, name] = [new SocketIoUser(), uniqueName("alice")];
    await alice.join(room, name);
    alice.socket.emit("typing");
    await ann.next("typing", { username: name });
    ann.send({ type: "typing" });
    const [typing] = await alice.next("typing");
    expect(typing).toMatchObject({ room, username: ann.name });
  });

  test.for([
    [
      "?room=",
      (room: string, name: string) => [`/?room=${room}&username=${name}`, {}],
    ],
    [
      "a namespace and auth",
      (room: string, username: string) => [`/${room}`, { auth: { username } }],
    ],
    [
      "auth",
      (room: string, username: string) => ["", { auth: { room, username } }],
    ],
  ] as const)(
    "%s names the room before the client is let in",
    async ([, how]) => {
      const [room, name] = [uniqueName("lobby"), uniqueName("alice")];
      const [ann] = await joinAll(room, "ann");
      const [path, options] = how(room, name);
      const alice = new SocketIoUser(path as string, options);
      await alice.next("connect");
      const [joined] = await alice.next("joined");
      expect(joined).toMatchObject({ room, username: name, count: 2 });
      await alice.ask("new message", "here I am");
      await ann.next("message", { username: name, text: "here I am" });
    },
  );

  test("a join before the client is let in shows why it is refused", async () => {
    const [room, [ann]] = [
      uniqueName("lobby"),
      await joinAll(uniqueName("hall"), "ann"),
    ];
    const thief = new SocketIoUser(`/${room}`, {
      auth: { username: ann.name },
    });
    expect(await thief.next("connect_error")).toEqual([
      expect.stringMatching(/./),
      expect.objectContaining({ code: "username_taken" }),
    ]);
    const nowhere = new SocketIoUser("/no%20room");
    expect(await nowhere.next("connect_error")).toEqual([
      "Invalid namespace",
      undefined,
    ]);
  });

  test("one client is in two namespaces at once", async () => {
    const [lobby, kitchen] = [uniqueName("lobby"), uniqueName("kitchen")];
    const first = new SocketIoUser(`/${lobby}`, {
      auth: { username: uniqueName("alice") },
    });
    await first.next("joined");
    const second = first.socket.io.socket(`/${kitchen}`, {
      auth: { username: uniqueName("alba") },
    });
    const joined = await new Promise((resolve) =>
      second.once("joined", resolve),
    );
    expect(joined).toMatchObject({ room: kitchen, count: 1 });
    expect(await second.emitWithAck("new message", "hello")).toHaveProperty(
      "seq",
      1,
    );
    expect(await first.ask("new message", "hello")).toHaveProperty("seq", 1);
  });
});

describe("by WebSocket alone", () => {
  test("a client talks, and its large event closes nothing but itself", async () => {
    const alice = new SocketIoUser("", { transports: ["websocket"] });
    await alice.join(uniqueName("lobby"), uniqueName("alice"));
    expect(await alice.ask("new message", "hello")).toHaveProperty("seq", 1);
    expect(alice.socket.io.engine.transport.name).toBe("websocket");
    const bytes = { room: 7, bytes: new Uint8Array(5) };
    expect(await alice.ask("new message", bytes)).toHaveProperty("error");
    alice.socket.emit("new message", "x".repeat(1_100_000));
    await alice.next("disconnect");
    await alice.next("connect");
  });
});

describe("by HTTP alone", () => {
  test("a client talks, and hears what others say meanwhile", async () => {
    const room = uniqueName("lobby");
    const [ann] = await joinAll(room, "ann");
    const alice = new SocketIoUser("", { transports: ["polling"] });
    await alice.join(room, uniqueName("alice"));
    for (let n = 0; n < 5; n++) {
      expect(await alice.ask("new message", `mine ${n}`)).toHaveProperty("seq");
      await ann.sendMessage(`hers ${n}`);
    }
    await alice.message(generic(room, ann.name, "hers 4"));
    expect(alice.messages).toEqual(
      [0, 1, 2, 3, 4].map((n) => generic(room, ann.name, `hers ${n}`)),
    );
    expect(alice.socket.io.engine.transport.name).toBe("polling");
  });
});

describe("a client of Socket.IO 1 or 2", () => {
  const words = /socket\.io-client 4/;

  test("is told by HTTP what to load", async () => {
    const { status, text } = await askRaw(
      "/socket.io/?EIO=3&transport=polling",
      {},
    );
    expect(status).toBe(200);
    expect(text).toMatch(words);
    const [, packet] = text.split(/\d+:(?=4[14])/);
    expect(packet).toMatch(/^44"/);
  });

  test("is told by WebSocket what to load, and is closed", async () => {
    const url = urlOf("/socket.io/?EIO=3&transport=websocket");
    const socket = new WebSocket(url.href.replace("http", "ws"));
    const packets: string[] = [];
    socket.on("message", (data) => packets.push(data.toString()));
    await new Promise((resolve) => socket.on("close", resolve));
    expect(packets).toEqual([
      expect.stringMatching(/^0\{/),
      expect.stringMatching(words),
      "41",
    ]);
  });
});

test.for(["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js"])(
  "a page of any site loads %s in the version of the package",
  async (name) => {
    const { status, headers, text } = await askRaw(`/socket.io/${name}`, {});
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(/javascript/);
    expect(headers["access-control-allow-origin"]).toBe("*");
    expect(headers["cross-origin-resource-policy"]).toBe("cross-origin");
    expect(text).toContain(`Socket.IO v${version}`);
  },
);
