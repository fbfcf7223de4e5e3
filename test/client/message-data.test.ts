// Message data: an app adds JSON to its messages, which other apps get, and which is sent again after a crash.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import { ack, message, TestClient } from "./support/test-client.ts";

const DATA = { sticker: "cat", list: [1, null] };

describe("the data of a message", () => {
  test("a user's message is sent with its data, and shown with it after the ack", async () => {
    const client = new TestClient();
    await client.join();
    client.lobby.send("hello", { data: DATA });
    expect(client.lobby.pending).toMatchObject([{ data: DATA }]);
    await flushPromises();
    const [frame] = client.takeSent();
    expect(frame).toMatchObject({ type: "message", text: "hello", data: DATA });
    client.serverSends(ack(frame, 1));
    expect(client.lobby.messages).toMatchObject([{ data: DATA, mine: true }]);
  });

  test("a user gets the data of others", async () => {
    const client = new TestClient();
    await client.join();
    client.serverSends({ ...message(1), data: DATA });
    expect(client.lobby.messages).toMatchObject([{ data: DATA }]);
  });

  test("a user's message without data has no field for it", async () => {
    const client = new TestClient();
    await client.join();
    client.lobby.send("hello");
    await flushPromises();
    const [frame] = client.takeSent();
    expect(Object.keys(frame ?? {}).sort()).toEqual(["id", "text", "type"]);
  });

  test("a user's private message is sent with its data, and shown with it after the ack", async () => {
    const client = new TestClient();
    await client.join();
    client.sdk.sendPrivate("bob", "psst", { data: 0 });
    await flushPromises();
    const [frame] = client.takeSent();
    expect(frame).toMatchObject({ type: "private", to: "bob", data: 0 });
    client.serverSends({
      ...{ type: "ack", id: frame?.id, to: "bob", private: "p" },
      ...{ at: 1, delivered: true },
    });
    expect(client.sdk.privates).toMatchObject([{ data: 0, mine: true }]);
  });

  test("an app that changes its object later does not change the message", async () => {
    const client = new TestClient();
    const data = { sticker: "cat" };
    client.lobby.send("hello", { data });
    data.sticker = "dog";
    await client.join();
    expect(client.takeSent()).toMatchObject([{ data: { sticker: "cat" } }]);
  });

  test("a message that a crash left unsent is sent with its data by the next run", async () => {
    const before = new TestClient();
    before.lobby.send("hello", { data: DATA });
    await flushPromises();
    const { storage } = before;
    const after = new TestClient({
      storage,
      name: "other",
      startAfter: before,
    });
    await after.join();
    expect(after.takeSent()).toMatchObject([{ text: "hello", data: DATA }]);
  });

  test("an app cannot send data that is not JSON", () => {
    const { lobby } = new TestClient();
    const round: { self?: unknown } = {};
    round.self = round;
    for (const data of [round, 1n, () => 0])
      expect(() => lobby.send("hello", { data })).toThrow();
    expect(lobby.pending).toEqual([]);
  });
});
