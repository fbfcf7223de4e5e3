// Snapshot: tests what views see, when it changes, and listeners that throw.
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import {
  ack,
  BOB,
  history,
  message,
  TestClient,
  welcome,
} from "./support/test-client.ts";

describe("members", () => {
  test("a view sees members join and leave", async () => {
    const client = new TestClient();
    await client.join({ members: ["alice", "carl"], count: 2 });
    const who = { user: BOB, username: "bob", at: 1 };
    client.serverSends({ type: "joined", ...who });
    expect(client.lobby.members).toEqual(["alice", "bob", "carl"]);
    client.serverSends({ type: "joined", ...who });
    expect(client.lobby.count).toBe(3);
    client.serverSends({ type: "left", ...who });
    expect(client.lobby.members).toEqual(["alice", "carl"]);
    expect(client.lobby.count).toBe(2);
    expect(client.events.at(-1)).toEqual({
      type: "members",
      members: ["alice", "carl"],
      count: 2,
    });
  });

  test("a large room has a count of members, and names once there are few", async () => {
    const client = new TestClient();
    await client.join();
    client.serverSends({ type: "count", count: 900 });
    expect(client.lobby.count).toBe(900);
    expect(client.takeSent()).toEqual([]);
    client.serverSends({ type: "count", count: 200 });
    client.serverSends({ type: "count", count: 3 });
    expect(client.takeSent()).toEqual([{ type: "who", details: true }]);
    const members = ["alice", "bob", "carl"];
    client.serverSends({ type: "members", members, count: 3, more: false });
    expect(client.lobby.members).toEqual(members);
    expect(client.takeSent()).toEqual([]);
  });
});

describe("typing", () => {
  test("typing is sent every three seconds at most", async () => {
    const client = new TestClient();
    client.lobby.typing();
    await client.join();
    client.lobby.typing();
    client.lobby.typing();
    await client.environment.advance(3000);
    client.lobby.typing();
    expect(client.takeSent()).toEqual([{ type: "typing" }, { type: "typing" }]);
  });
});

describe("the snapshot", () => {
  test("the snapshot is the same object until something changes", async () => {
    const client = new TestClient();
    const seen = [client.lobby.getSnapshot()];
    const { subscribe, getSnapshot } = client.lobby;
    const stop = subscribe(() => seen.push(getSnapshot()));
    expect(getSnapshot()).toBe(seen[0]);
    await client.join();
    client.serverSends({ type: "pong" });
    expect(seen).toHaveLength(2);
    expect(getSnapshot()).toBe(seen[1]);
    client.serverSends(message(1), message(2));
    expect(seen).toHaveLength(3);
    expect(seen[1]?.messages).toHaveLength(0);
    expect(seen[2]?.messages).toHaveLength(2);
    stop();
    client.serverSends(message(3));
    expect(seen).toHaveLength(3);
  });

  test("the snapshot contains a message from the moment it is written", async () => {
    const client = new TestClient();
    client.lobby.send("hello");
    expect(client.lobby.getSnapshot().pending).toMatchObject([
      { text: "hello", state: "queued", at: client.environment.time },
    ]);
  });

  test("the snapshot contains the newest messages", async () => {
    const client = new TestClient({ history: 2 });
    const all = Array.from({ length: 600 }, (_, i) => message(i + 1));
    await client.join({ seq: 2 }, history(all.slice(0, 2)), ...all.slice(2));
    const { messages, more } = client.lobby.getSnapshot();
    expect(messages).toHaveLength(500);
    expect(messages.at(-1)).toMatchObject({ seq: 600 });
    expect(more).toBe(true);
  });
});

test("a view that loads older messages before the first page shows each message once", async () => {
  const before = new TestClient({ history: 50 });
  const older = [message(1), message(2)];
  await before.join({ seq: 2 }, history(older));
  await before.environment.advance(1000);
  const options = { storage: before.storage, name: "other", after: before };
  const client = new TestClient({ ...options, history: 50 });
  client.lobby.loadOlder(100);
  await client.join({ seq: 2, resumed: true });
  expect(client.takeSent()).toHaveLength(1);
  client.serverSends(history(older));
  await flushPromises();
  expect(client.takeSent()).toHaveLength(1);
  client.serverSends(history(older), message(3));
  await flushPromises();
  const { messages } = client.lobby.getSnapshot();
  expect(messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

describe("listeners", () => {
  test("a listener gets nothing after it has stopped", async () => {
    const client = new TestClient();
    const heard: string[] = [];
    const stop = client.lobby.on("message", ({ text }) => heard.push(text));
    await client.join({}, message(1));
    stop();
    client.serverSends(message(2));
    expect(heard).toEqual(["text 1"]);
  });

  test("a listener that throws does not stop the others", async () => {
    const client = new TestClient();
    const thrown = new Promise((resolve) =>
      vi.spyOn(globalThis, "queueMicrotask").mockImplementation((act) => {
        try {
          act();
        } catch (error) {
          resolve(error);
        }
      }),
    );
    const fault = new Error("A fault of the app's.");
    client.lobby.on("message", () => {
      throw fault;
    });
    const heard: string[] = [];
    client.lobby.on("message", ({ text }) => heard.push(text));
    await client.join({}, message(1));
    expect(heard).toEqual(["text 1"]);
    expect(await thrown).toBe(fault);
    vi.restoreAllMocks();
  });

  test("a subscriber that throws does not change the result of a message", async () => {
    const client = new TestClient();
    await client.join();
    const act = vi
      .spyOn(globalThis, "queueMicrotask")
      .mockImplementation(() => {});
    onTestFinished(() => act.mockRestore());
    const fault = new Error("A fault of the app's.");
    client.lobby.subscribe(() => {
      throw fault;
    });
    const listener = vi.fn();
    client.lobby.subscribe(listener);
    const receipt = client.lobby.send("hello");
    await flushPromises();
    const [frame] = client.takeSent();
    client.serverSends(ack(frame, 1), message(2));
    expect(await receipt).toMatchObject({ seq: 1 });
    expect(client.shownTexts).toEqual(["hello", "text 2"]);
    expect(listener).toHaveBeenCalled();
    await client.lobby.leave();
    await client.sdk.close();
    expect(() => act.mock.calls[0]?.[0]()).toThrow(fault);
  });

  test("a listener can send and close the chat", async () => {
    const client = new TestClient();
    client.lobby.on("message", () => void client.lobby.send("answer"));
    await client.join({}, message(1));
    await flushPromises();
    expect(client.takeSent()).toMatchObject([{ text: "answer" }]);
    client.lobby.on("message", () => void client.sdk.close());
    client.serverSends(message(2), message(3));
    expect(client.lobby.reason).toMatchObject({ code: "closed" });
  });

  test("an iterator gets every event, also those before its first read", async () => {
    const client = new TestClient();
    const events = client.lobby[Symbol.asyncIterator]();
    await client.join({}, message(1));
    const read = [];
    for await (const event of events) {
      read.push(event.type);
      if (event.type === "message") break;
    }
    expect(read).toEqual(["state", "members", "message"]);
  });
});

test("an unexpected welcome is applied", async () => {
  const client = new TestClient();
  await client.join();
  client.serverSends(welcome({ members: ["alice", "bob"], count: 2 }));
  expect(client.lobby.count).toBe(2);
});

test("rendering on a server and hydration see the same snapshot", async () => {
  const client = new TestClient();
  const { getServerSnapshot, getSnapshot } = client.lobby;
  const first = getServerSnapshot();
  expect(first).toMatchObject({
    ...{ state: "connecting", name: "lobby" },
    ...{ messages: [], members: [], pending: [] },
  });
  expect(client.sdk.getServerSnapshot()).toMatchObject({
    ...{ state: "disconnected", username: "alice", user: null, pending: [] },
  });
  await client.join({}, message(1));
  expect(getServerSnapshot()).toBe(first);
  expect(first.state).toBe("connecting");
  expect(getSnapshot()).not.toBe(first);
});
