// Rooms: a client has a connection to each room, one secret and one mailbox, and no room is special.
import { describe, expect, test } from "vitest";
import type { ClientEvent } from "../../src/client/events.ts";
import { flushPromises } from "./support/fake-environment.ts";
import type { FakeSocket, SentFrame } from "./support/fake-socket.ts";
import {
  BOB,
  copyFields,
  message,
  privateAck,
  privateMessage,
  resumedWelcome,
  TestClient,
  welcome,
} from "./support/test-client.ts";

const KITCHEN = { room: "kitchen", members: ["alice", "carl"], count: 2 };
const bob = { user: BOB, username: "bob" };

async function bothRooms() {
  const client = new TestClient();
  await client.join();
  const lobby = client.environment.socket;
  const kitchen = client.sdk.join("kitchen", { history: 0 });
  await client.join(KITCHEN);
  return { client, lobby, kitchen, socket: client.environment.socket };
}

function sentBy(socket: FakeSocket): SentFrame[] {
  return socket.frames.map((frame) => JSON.parse(frame));
}

function lastSentBy(socket: FakeSocket): SentFrame | undefined {
  return sentBy(socket).at(-1);
}

describe("several rooms of one user", () => {
  test("a user joins two rooms by one secret and two connections", async () => {
    const { client, kitchen, lobby, socket } = await bothRooms();
    expect(socket.url).toBe("ws://chat.example/rooms/kitchen");
    const tokens = [lobby, socket].map((one) => sentBy(one)[0]?.token);
    expect(tokens[0]).toBe(tokens[1]);
    expect(kitchen.members).toEqual(["alice", "carl"]);
    expect(client.lobby.members).toEqual(["alice"]);
    expect(client.sdk.join("kitchen")).toBe(kitchen);
    expect(kitchen.client).toBe(client.sdk);
  });

  test("a user who spells a name otherwise joins the same room", async () => {
    const { client, kitchen } = await bothRooms();
    expect(client.sdk.join("ｋｉｔｃｈｅｎ")).toBe(kitchen);
  });

  test("a user is shown a private message that comes by two rooms once", async () => {
    const { client, lobby, socket } = await bothRooms();
    socket.serverSends(privateMessage(1));
    lobby.serverSends(privateMessage(1), privateMessage(2));
    socket.serverSends(privateMessage(2));
    expect(client.privateTexts).toEqual(["psst 1", "psst 2"]);
    const { privates } = client.sdk.getSnapshot();
    expect(privates.map(({ text }) => text)).toEqual(["psst 1", "psst 2"]);
  });

  test("a user is shown room messages and private ones in their order", async () => {
    const { client, lobby } = await bothRooms();
    lobby.serverSends(message(1), privateMessage(1), message(2));
    const texts = client.events.flatMap((event) =>
      "text" in event ? event.text : [],
    );
    expect(texts).toEqual(["text 1", "psst 1", "text 2"]);
  });

  test("a user sees the pending messages of a room, and all of them", async () => {
    const { client, kitchen } = await bothRooms();
    client.lobby.send("to the lobby");
    kitchen.send("to the kitchen");
    client.sdk.sendPrivate("bob", "psst");
    expect(client.lobby.pending).toMatchObject([
      { text: "to the lobby", room: "lobby" },
    ]);
    expect(kitchen.getSnapshot().pending).toMatchObject([
      { text: "to the kitchen", room: "kitchen" },
    ]);
    expect(client.sdk.getSnapshot().pending).toMatchObject([
      { text: "to the lobby" },
      { text: "to the kitchen" },
      { text: "psst", to: "bob" },
    ]);
  });

  test("a user without a connection still knows the limits", async () => {
    const { client } = await bothRooms();
    expect(new TestClient().sdk.limits).toBeNull();
    expect(client.sdk.limits?.text).toBe(4000);
    client.environment.socket.serverCloses();
    expect(client.sdk.getSnapshot().limits?.text).toBe(4000);
  });

  test("a user who closes the client leaves all rooms", async () => {
    const { client, kitchen, lobby, socket } = await bothRooms();
    await client.sdk.close();
    expect(kitchen.reason).toMatchObject({ code: "closed" });
    expect(client.sdk.state).toBe("closed");
    expect([lobby.closeCode, socket.closeCode]).toEqual([1000, 1000]);
    expect(client.environment.isIdle).toBe(true);
    expect(() => client.sdk.join("attic")).toThrow("closed");
  });
});

describe("a room that is left", () => {
  test("a user who leaves one room hears private messages by the other", async () => {
    const { client, kitchen, lobby, socket } = await bothRooms();
    await client.lobby.leave();
    expect(client.lobby.state).toBe("closed");
    expect(lobby.closeCode).toBe(1000);
    expect(kitchen.state).toBe("connected");
    expect(client.sdk.state).toBe("connected");
    expect(socket.closeCode).toBeNull();
    socket.serverSends(privateMessage(1));
    expect(client.privateTexts).toEqual(["psst 1"]);
    await client.sdk.close();
    expect(socket.closeCode).toBe(1000);
    expect(client.environment.isIdle).toBe(true);
  });

  test("a user who joins a room again sends the messages of before", async () => {
    const { client, kitchen, lobby } = await bothRooms();
    const sent = kitchen.send("dinner");
    await kitchen.leave();
    await expect(sent).rejects.toMatchObject({ code: "closed" });
    expect(client.sdk.pending).toEqual([]);
    expect(lobby.closeCode).toBeNull();
    const again = client.sdk.join("kitchen", { history: 0 });
    expect(again).not.toBe(kitchen);
    await client.join({ ...KITCHEN, resumed: true });
    expect(again.state).toBe("connected");
    expect(client.takeSent()).toMatchObject([{ text: "dinner", id: sent.id }]);
  });

  test("a user who leaves a room sends its private messages by the other", async () => {
    const { client, lobby, socket } = await bothRooms();
    const receipt = client.sdk.sendPrivate("bob", "psst");
    const blocked = client.sdk.block(bob);
    await flushPromises();
    const sent = sentBy(lobby).slice(-2);
    expect(sent.map(({ type }) => type)).toEqual(["block", "private"]);
    await client.lobby.leave();
    await flushPromises();
    expect(sentBy(socket).slice(-2)).toEqual(sent);
    socket.serverSends(
      { type: "blocked", blocked: [bob] },
      privateAck(sent[1]),
    );
    expect(await blocked).toMatchObject({ blocked: [bob] });
    expect(await receipt).toMatchObject({ delivered: true });
    expect(client.sdk.pending).toEqual([]);
    expect(client.privateTexts).toEqual(["psst"]);
  });

  test("a user without a room sends private messages by the next one", async () => {
    const client = new TestClient();
    await client.join();
    await client.lobby.leave();
    expect(client.sdk.state).toBe("disconnected");
    client.sdk.sendPrivate("bob", "psst");
    const registered = client.sdk.register();
    client.sdk.join("kitchen", { history: 0 });
    await client.join(KITCHEN);
    const [request, privately] = client.takeSent();
    expect(request).toEqual({ type: "register" });
    expect(privately).toMatchObject({ to: "bob", text: "psst" });
    client.serverSends({ type: "registered", username: "alice", until: 5000 });
    expect(await registered).toMatchObject({ until: 5000 });
  });
});

describe("a room that loses its connection", () => {
  test("a user who loses one room is shown private messages at once", async () => {
    const { client, lobby, socket } = await bothRooms();
    lobby.serverCloses();
    socket.serverSends(privateMessage(1));
    expect(client.privateTexts).toEqual(["psst 1"]);
  });

  test("a user who loses one room sends private messages by the other", async () => {
    const { client, lobby, socket } = await bothRooms();
    lobby.serverSends(message(1));
    const receipt = client.sdk.sendPrivate("bob", "psst");
    await flushPromises();
    const sent = lastSentBy(lobby);
    lobby.serverCloses();
    await flushPromises();
    expect(lastSentBy(socket)).toEqual(sent);
    socket.serverSends(privateAck(sent, { duplicate: true }));
    expect(await receipt).toMatchObject({ to: "bob", duplicate: true });
  });

  test("a user who loses one room sends its messages after its replay", async () => {
    const { client, lobby, socket } = await bothRooms();
    client.lobby.send("to the lobby");
    await flushPromises();
    const sent = lastSentBy(lobby);
    const before = socket.frames.length;
    lobby.serverCloses();
    await flushPromises();
    expect(socket.frames).toHaveLength(before);
    await client.environment.advanceToNextAttempt();
    expect(await client.acceptJoin()).toMatchObject({ since: 0 });
    client.serverSends(resumedWelcome({ seq: 0 }));
    await flushPromises();
    expect(client.takeSent()).toEqual([sent]);
  });

  test("a user who loses one room keeps the messages of the other in flight", async () => {
    const { client, lobby, socket } = await bothRooms();
    const receipt = client.sdk.sendPrivate("bob", "psst");
    await flushPromises();
    const sent = lastSentBy(lobby);
    socket.serverCloses();
    await flushPromises();
    expect(client.sdk.pending).toMatchObject([{ state: "sending" }]);
    lobby.serverSends(privateAck(sent));
    expect(await receipt).toMatchObject({ to: "bob" });
  });

  test("a user who loses both rooms does not write to a later holder of a name", async () => {
    const { client, lobby, socket } = await bothRooms();
    const receipt = client.sdk.sendPrivate("bob", "psst");
    await flushPromises();
    lobby.serverCloses();
    socket.serverCloses();
    client.environment.time += 30_000;
    await client.environment.advanceToNextAttempt();
    await client.acceptJoin();
    client.serverSends(resumedWelcome({}));
    await expect(receipt).rejects.toMatchObject({ code: "unknown" });
    await flushPromises();
    expect(client.takeSent()).toEqual([]);
  });
});

describe("a room that is refused", () => {
  const banned = { type: "error", code: "banned", message: "No." };

  test("a user who is refused in one room sends private messages by the other", async () => {
    const client = new TestClient();
    client.sdk.join("kitchen", { history: 0 });
    await flushPromises();
    const [lobby, kitchen] = client.environment.sockets;
    lobby?.accept();
    const receipt = client.sdk.sendPrivate("bob", "psst");
    lobby?.serverSends(banned);
    expect(client.lobby.state).toBe("failed");
    expect(client.sdk.state).toBe("connecting");
    kitchen?.accept();
    kitchen?.serverSends(welcome(KITCHEN));
    await flushPromises();
    const frame = kitchen && lastSentBy(kitchen);
    kitchen?.serverSends(privateAck(frame));
    expect(await receipt).toMatchObject({ to: "bob" });
  });

  test("a user who is refused in all rooms is told so at once", async () => {
    const client = new TestClient();
    const receipt = client.sdk.sendPrivate("bob", "psst");
    const registered = client.sdk.register();
    await client.acceptJoin();
    client.serverSends(banned);
    expect(client.sdk.state).toBe("failed");
    expect(client.sdk.reason).toMatchObject({ code: "banned" });
    await expect(receipt).rejects.toMatchObject({ code: "banned" });
    await expect(registered).rejects.toMatchObject({ code: "banned" });
    await expect(client.sdk.release()).rejects.toMatchObject({
      code: "banned",
    });
    const later = client.sdk.sendPrivate("bob", "psst");
    await expect(later).rejects.toMatchObject({ code: "banned" });
    expect(client.sdk.pending).toMatchObject([
      { state: "failed" },
      { state: "failed" },
    ]);
  });
});

describe("a private message", () => {
  test("a user gets the ack of a private message whose copy came earlier", async () => {
    const { client, lobby, socket } = await bothRooms();
    const sent = client.sdk.sendPrivate("bob", "psst");
    await flushPromises();
    const frame = lastSentBy(lobby);
    socket.serverSends(
      privateMessage(1, {
        ...copyFields(frame),
        id: "server-id",
        text: "psst",
      }),
    );
    lobby.serverSends(privateAck(frame));
    expect(await sent).toMatchObject({ delivered: true });
    expect(client.privateTexts).toEqual(["psst"]);
  });

  test("a user sends private messages to one person in order, by any room", async () => {
    const { client, lobby, socket } = await bothRooms();
    client.sdk.sendPrivate("bob", "one");
    client.sdk.sendPrivate("bob", "two");
    await flushPromises();
    const one = lastSentBy(lobby);
    await client.lobby.leave();
    await flushPromises();
    expect(lastSentBy(socket)).toEqual(one);
    socket.serverSends(privateAck(one));
    await flushPromises();
    expect(lastSentBy(socket)).toMatchObject({ text: "two" });
  });
});

describe("the client", () => {
  test("a user is told once of a change that each room reports", async () => {
    const { client, lobby, socket } = await bothRooms();
    const registered = { type: "registered", username: "alice", until: 5000 };
    for (const one of [lobby, socket]) one.serverSends(registered);
    const again = client.sdk.register();
    for (const one of [socket, lobby]) one.serverSends(registered);
    expect(await again).toEqual(registered);
    expect(
      client.events.filter(({ type }) => type === "registered"),
    ).toHaveLength(2);
  });

  test("a user has one request at a time on each connection", async () => {
    const { client, lobby, socket } = await bothRooms();
    const page = client.lobby.history({ limit: 1 });
    const registered = client.sdk.register();
    expect(lastSentBy(lobby)).toMatchObject({ type: "history" });
    lobby.serverSends({
      type: "history",
      messages: [],
      more: false,
      epoch: "",
    });
    await page;
    expect(lastSentBy(lobby)).toEqual({ type: "register" });
    const second = client.lobby.history({ limit: 2 });
    expect(lastSentBy(lobby)).toEqual({ type: "register" });
    lobby.serverSends({ type: "error", code: "forbidden", message: "No." });
    await expect(registered).rejects.toMatchObject({ code: "forbidden" });
    expect(lastSentBy(lobby)).toMatchObject({ type: "history", limit: 2 });
    lobby.serverSends({ type: "history", messages: [], more: true, epoch: "" });
    expect(await second).toMatchObject({ more: true });
    expect(socket.frames).toHaveLength(1);
  });

  test("a user sees the state of the room that sends private messages", async () => {
    const client = new TestClient();
    const states: ClientEvent[] = [];
    client.sdk.on("state", (event) => states.push(event));
    await client.join();
    client.sdk.join("kitchen", { history: 0 });
    await client.join(KITCHEN);
    client.environment.socket.serverCloses();
    await client.lobby.leave();
    expect(states).toMatchObject([
      { state: "connected" },
      { state: "reconnecting", reason: { code: "connection_lost" } },
    ]);
    await client.sdk.close();
    expect(states.at(-1)).toMatchObject({ state: "closed" });
  });

  test("a user reconnects all rooms at once", async () => {
    const { client, lobby, socket } = await bothRooms();
    lobby.serverCloses();
    socket.serverCloses();
    client.sdk.reconnect();
    await flushPromises();
    expect(client.environment.sockets).toHaveLength(4);
  });
});
