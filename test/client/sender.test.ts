// Sender: tests that room messages are stored first, and sent in order and once, or reported as unknown.
import { describe, expect, test } from "vitest";
import { memoryStorage } from "../../src/client/storage.ts";
import { flushPromises } from "./support/fake-environment.ts";
import {
  ALICE,
  ack,
  errorReply,
  history,
  message,
  ownMessage,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

const RATED = {
  limits: { text: 4000, frame: 16384, rateBurst: 20, ratePerSecond: 5 },
};

describe("a message to the room", () => {
  test("a message resolves with its ack, and is shown in its place", async () => {
    const client = new TestClient();
    await client.join();
    const sent = client.lobby.send("hello\r\nworld");
    await flushPromises();
    const [frame] = client.takeSent();
    expect(frame).toEqual({
      type: "message",
      text: "hello\nworld",
      id: expect.any(String),
    });
    expect(client.lobby.pending).toMatchObject([
      { state: "sending", id: frame?.id },
    ]);
    expect(client.shownTexts).toEqual([]);
    client.serverSends(message(1), ack(frame, 2), message(3));
    expect(await sent).toMatchObject({ seq: 2, id: frame?.id });
    expect(client.shownTexts).toEqual(["text 1", "hello\nworld", "text 3"]);
    expect(client.lobby.pending).toEqual([]);
    expect(
      client.events.find((event) => event.type === "message" && event.mine),
    ).toMatchObject({
      user: ALICE,
      username: "alice",
      seq: 2,
      isReplay: false,
    });
    expect(await client.storage.list("")).not.toContain("hello");
  });

  test("a message is stored before it is sent", async () => {
    const storage = memoryStorage();
    let let_go = () => {};
    const gate = new Promise<void>((resolve) => {
      let_go = resolve;
    });
    const slow = {
      ...storage,
      set: async (key: string, value: unknown) => {
        if (key.includes("/out/")) await gate;
        await storage.set(key, value);
      },
    };
    const client = new TestClient({ storage: slow });
    await client.join();
    client.lobby.send("hello");
    await flushPromises();
    expect(client.takeSent()).toEqual([]);
    let_go();
    await flushPromises();
    expect(client.takeSent()).toMatchObject([{ text: "hello" }]);
  });

  test("a message is sent even if the storage fails", async () => {
    const broken = {
      ...memoryStorage(),
      set: () => Promise.reject(new Error("The disk is full.")),
      list: () => Promise.reject(new Error("The disk is gone.")),
    };
    const client = new TestClient({ storage: broken });
    await client.join();
    const sent = client.lobby.send("hello");
    await flushPromises();
    const [frame] = client.takeSent();
    client.serverSends(ack(frame, 1));
    await sent;
    const errors = client.events.filter((event) => event.type === "error");
    expect(errors).toMatchObject([{ error: { code: "storage" } }]);
  });

  test("messages written offline are sent in order", async () => {
    const client = new TestClient();
    const texts = ["one", "two", "three"];
    for (const text of texts) client.lobby.send(text);
    expect(client.lobby.pending.map(({ state }) => state)).toEqual(
      texts.map(() => "queued"),
    );
    await client.join();
    expect(client.takeSent().map(({ text }) => text)).toEqual(texts);
  });

  test("messages are sent one by one if the server limits the rate", async () => {
    const client = new TestClient();
    await client.join(RATED);
    client.lobby.send("one");
    client.lobby.send("two");
    await flushPromises();
    const [one] = client.takeSent();
    expect(one).toMatchObject({ text: "one" });
    client.serverSends(errorReply(one, "rate_limited", { retryAfter: 200 }));
    await client.environment.advance(199);
    expect(client.takeSent()).toEqual([]);
    await client.environment.advance(1);
    expect(client.takeSent()).toEqual([one]);
    client.serverSends(ack(one, 1));
    expect(client.takeSent()).toMatchObject([{ text: "two" }]);
  });

  test.for(["bad_request", "muted", "a_code_of_tomorrow"])(
    "a message refused with %s rejects, and stays pending",
    async (code) => {
      const client = new TestClient();
      await client.join();
      const sent = client.lobby.send("hello");
      await flushPromises();
      const [frame] = client.takeSent();
      client.serverSends(errorReply(frame, code));
      await expect(sent).rejects.toMatchObject({ code, message: "No." });
      expect(client.lobby.pending).toMatchObject([
        { text: "hello", state: "failed", error: { code } },
      ]);
      client.lobby.resend(String(frame?.id));
      await flushPromises();
      expect(client.takeSent()).toEqual([frame]);
      client.lobby.discard(String(frame?.id));
      expect(client.lobby.pending).toEqual([]);
    },
  );

  test("a message too large for a frame fails without being sent", async () => {
    const client = new TestClient();
    await client.join();
    const sent = client.lobby.send("ä".repeat(8192));
    await expect(sent).rejects.toMatchObject({ code: "too_large" });
    expect(client.takeSent()).toEqual([]);
  });

  test("a rejected promise that nobody awaits does not end the program", async () => {
    const client = new TestClient();
    await client.join();
    client.lobby.send("hello");
    client.sdk.sendPrivate("bob", "hello");
    await flushPromises();
    const [one, two] = client.takeSent();
    client.serverSends(
      errorReply(one, "bad_request"),
      errorReply(two, "bad_request"),
    );
    await flushPromises();
  });

  test("a message to a failed chat fails at once", async () => {
    const client = new TestClient();
    await client.join();
    const waiting = client.lobby.send("before");
    await flushPromises();
    client.environment.socket.serverCloses(4503, "replaced");
    await expect(waiting).rejects.toMatchObject({ code: "unknown" });
    const late = client.lobby.send("after");
    await expect(late).rejects.toMatchObject({ code: "replaced" });
  });
});

describe("a lost ack", () => {
  test("a message in the replay resolves, and is not sent again", async () => {
    const client = new TestClient();
    await client.join();
    const sent = client.lobby.send("hello");
    await flushPromises();
    const [frame] = client.takeSent();
    expect(await client.loseConnection()).toMatchObject({ since: 0 });
    client.serverSends(
      resumedWelcome({ seq: 2 }),
      message(1),
      ownMessage(2, frame),
    );
    expect(await sent).toMatchObject({ seq: 2, duplicate: true });
    await flushPromises();
    expect(client.takeSent()).toEqual([]);
    expect(client.shownTexts).toEqual(["text 1", "hello"]);
  });

  test("messages wait until the whole replay is there", async () => {
    const client = new TestClient();
    await client.join();
    client.lobby.send("hello");
    await flushPromises();
    const [frame] = client.takeSent();
    await client.loseConnection();
    client.lobby.send("later");
    client.serverSends(resumedWelcome({ seq: 4, more: true }), message(1));
    await flushPromises();
    expect(client.takeSent()).toMatchObject([{ type: "history", after: 1 }]);
    client.serverSends(history([message(2), ownMessage(3, frame), message(4)]));
    await flushPromises();
    expect(client.takeSent()).toMatchObject([{ text: "later" }]);
    expect(client.shownTexts).toEqual(["text 1", "text 2", "hello", "text 4"]);
  });

  test("a message that is not in the replay is sent again under its id", async () => {
    const client = new TestClient();
    await client.join();
    const texts = ["one", "two"];
    const both = texts.map((text) => client.lobby.send(text));
    await flushPromises();
    const frames = client.takeSent();
    await client.loseConnection();
    client.serverSends(resumedWelcome({ seq: 1 }), message(1));
    await flushPromises();
    expect(client.takeSent()).toEqual(frames);
    // The first one has arrived: the replay shows it after the welcome.
    client.serverSends(
      ownMessage(2, frames[0]),
      ack(frames[0], 2, { duplicate: true }),
    );
    client.serverSends(ack(frames[1], 3));
    expect(await Promise.all(both)).toMatchObject([{ seq: 2 }, { seq: 3 }]);
    expect(client.shownTexts).toEqual(["text 1", ...texts]);
  });

  test("a message before a gap becomes unknown, and is not sent again", async () => {
    const client = new TestClient({ history: 1 });
    await client.join({ seq: 0 }, history([]));
    const sent = client.lobby.send("hello");
    await flushPromises();
    client.takeSent();
    await client.loseConnection();
    const page = history([message(90)], { more: true });
    client.serverSends(
      resumedWelcome({ seq: 90, resumed: false, gap: true }),
      page,
    );
    await expect(sent).rejects.toMatchObject({ code: "unknown" });
    await flushPromises();
    expect(client.takeSent()).toEqual([]);
    expect(client.lobby.pending).toMatchObject([
      { text: "hello", state: "unknown" },
    ]);
    // A message that was never sent is not unknown.
    client.lobby.send("news");
    await flushPromises();
    expect(client.takeSent()).toMatchObject([{ text: "news" }]);
  });

  test("a message on the page after a gap has arrived", async () => {
    const client = new TestClient({ history: 5 });
    await client.join({ seq: 0 }, history([]));
    const sent = client.lobby.send("hello");
    await flushPromises();
    const [frame] = client.takeSent();
    await client.loseConnection();
    const page = history([message(90), ownMessage(91, frame)], { more: true });
    client.serverSends(
      resumedWelcome({ seq: 91, resumed: false, gap: true }),
      page,
    );
    expect(await sent).toMatchObject({ seq: 91 });
  });

  test("a message without an ack for a while ends the connection", async () => {
    const client = new TestClient();
    await client.join();
    client.lobby.send("hello");
    await flushPromises();
    client.takeSent();
    await client.environment.advance(30_000);
    client.serverSends({ type: "pong" });
    await client.environment.advance(30_000);
    expect(client.lobby.reason).toMatchObject({ code: "no_answer" });
  });

  test("a discarded message that is acked is requested", async () => {
    const client = new TestClient();
    await client.join();
    client.lobby.send("hello");
    await flushPromises();
    const [frame] = client.takeSent();
    client.lobby.discard(String(frame?.id));
    client.serverSends(ack(frame, 1));
    expect(client.takeSent()).toEqual([
      { type: "history", after: 0, limit: 200 },
    ]);
    client.serverSends(history([ownMessage(1, frame)]));
    expect(client.shownTexts).toEqual(["hello"]);
  });
});
