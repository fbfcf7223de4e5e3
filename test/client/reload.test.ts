// Reload: tests that messages are neither lost nor sent twice over reloads, crashes and other tabs.
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { memoryStorage } from "../../src/client/storage.ts";
import { JoinSchema } from "../../src/protocol/client-frames.ts";
import { flushPromises } from "./support/fake-environment.ts";
import {
  message,
  ownMessage,
  resumedWelcome,
  TestClient,
  welcome,
} from "./support/test-client.ts";

describe("a reload or a crash", () => {
  const crash = (client: TestClient, name = "other") =>
    new TestClient({ storage: client.storage, name, startAfter: client });

  test("messages written offline survive a reload", async () => {
    const before = new TestClient();
    before.lobby.send("one");
    before.lobby.send("two");
    await flushPromises();
    const client = crash(before);
    await client.join();
    expect(client.takeSent()).toMatchObject([{ text: "one" }, { text: "two" }]);
  });

  test("messages written just before the chat is closed survive a reload", async () => {
    const storage = memoryStorage();
    const later = async (act: () => Promise<void>) => {
      for (let turn = 0; turn < 50; turn++) await null;
      await act();
    };
    const before = new TestClient({
      storage: {
        ...storage,
        set: (key, value) => later(() => storage.set(key, value)),
      },
    });
    before.lobby.send("one");
    await before.sdk.close();
    const client = new TestClient({
      storage,
      name: "other",
      startAfter: before,
    });
    await client.join();
    expect(client.takeSent()).toMatchObject([{ text: "one" }]);
  });

  test.for([-3_600_000, 0])(
    "messages keep their order if the next run has a clock set by %i ms",
    async (ms) => {
      const before = new TestClient();
      before.lobby.send("one");
      before.lobby.send("two");
      await flushPromises();
      const client = crash(before);
      client.environment.clockOffsetMs = ms;
      // Before the stored keys are read.
      client.lobby.send("three");
      await client.join();
      expect(client.takeSent()).toMatchObject([
        { text: "one" },
        { text: "two" },
        { text: "three" },
      ]);
    },
  );

  test("messages keep their order over several runs, however the clock is set", async () => {
    const before = new TestClient();
    const write = async (client: TestClient, hours: number, text: string) => {
      client.environment.clockOffsetMs = hours * 3_600_000;
      client.lobby.send(text).catch(() => {});
    };
    write(before, 0, "one");
    write(before, -1, "two");
    write(before, 0, "three");
    await before.sdk.close();
    const second = crash(before, "second");
    // Before the stored keys are read, and after.
    write(second, -2, "four");
    await flushPromises();
    write(second, -3, "five");
    await second.sdk.close();
    const third = crash(second, "third");
    write(third, -4, "six");
    await third.sdk.close();
    const fourth = crash(third, "fourth");
    write(fourth, -5, "seven");
    await fourth.join();
    const texts = fourth.takeSent().map(({ text }) => text);
    expect(texts.join(" ")).toBe("one two three four five six seven");
  });

  test("a message that was discarded at once does not return", async () => {
    const before = new TestClient();
    before.lobby.send("one").catch(() => {});
    const [pending] = before.lobby.pending;
    before.lobby.send("two").catch(() => {});
    before.lobby.discard(pending?.id ?? "");
    await before.sdk.close();
    const client = crash(before);
    await client.join();
    expect(client.takeSent()).toMatchObject([{ text: "two" }]);
    expect(await outbox(client)).toHaveLength(1);
  });

  test("a message whose ack was lost is not sent twice", async () => {
    const before = new TestClient();
    await before.join();
    before.lobby.send("one");
    before.lobby.send("two");
    await flushPromises();
    const frames = before.takeSent();
    const client = crash(before);
    expect(await client.acceptJoin()).toMatchObject({ since: 0, epoch: "e1" });
    client.serverSends(resumedWelcome({ seq: 1 }), ownMessage(1, frames[0]));
    await flushPromises();
    expect(client.takeSent()).toEqual([frames[1]]);
    expect(client.lobby.pending).toMatchObject([{ text: "two" }]);
    expect(client.shownTexts).toEqual(["one"]);
  });

  test("the replay goes back to the first message sent without an ack", async () => {
    const before = new TestClient();
    await before.join();
    before.lobby.send("hello");
    await flushPromises();
    const [frame] = before.takeSent();
    // Another tab has shown it, and has stored its position.
    before.serverSends(ownMessage(1, frame, { id: "other" }), message(2));
    await before.environment.advance(1000);
    const client = crash(before);
    expect(await client.acceptJoin()).toMatchObject({ since: 0 });
    client.serverSends(
      resumedWelcome({ seq: 3 }),
      message(1),
      message(2),
      ownMessage(3, frame),
    );
    await flushPromises();
    expect(client.takeSent()).toEqual([]);
    expect(client.lobby.pending).toEqual([]);
    expect(client.shownTexts).toEqual(["hello"]);
  });

  test("a message before a gap becomes unknown", async () => {
    const before = new TestClient();
    await before.join();
    before.lobby.send("hello");
    await flushPromises();
    const client = crash(before);
    await client.acceptJoin();
    client.serverSends(resumedWelcome({ seq: 90, resumed: false, gap: true }));
    await flushPromises();
    expect(client.takeSent()).toEqual([]);
    expect(client.lobby.pending).toMatchObject([{ state: "unknown" }]);
    // The message stays unknown, and the next chat does not send it either.
    const next = crash(client, "third");
    await next.join({ seq: 90 });
    expect(next.takeSent()).toEqual([]);
    expect(next.lobby.pending).toMatchObject([{ state: "unknown" }]);
  });

  test("messages of another user stay in the storage", async () => {
    const before = new TestClient();
    await before.join();
    before.lobby.send("mine");
    await flushPromises();
    const client = crash(before);
    await client.join({ user: "another-identity" });
    expect(client.takeSent()).toEqual([]);
    expect(client.lobby.pending).toEqual([]);
    const alice = crash(client, "third");
    await alice.join({ resumed: true });
    expect(alice.takeSent()).toMatchObject([{ text: "mine" }]);
  });

  test("messages written in another room are sent there", async () => {
    const before = new TestClient();
    before.sdk.join("kitchen").send("dinner");
    before.lobby.send("hello");
    await flushPromises();
    const client = crash(before);
    await client.join();
    expect(client.takeSent()).toMatchObject([{ text: "hello" }]);
    client.sdk.join("kitchen", { history: 0 });
    await client.acceptJoin();
    client.environment.socket.serverSends(welcome({ room: "kitchen" }));
    await flushPromises();
    expect(client.takeSent()).toMatchObject([{ text: "dinner" }]);
  });

  test("damaged entries of the outbox are ignored", async () => {
    const before = new TestClient();
    before.lobby.send("whole");
    await flushPromises();
    const [[key, entry] = ["", null]] = await outbox(before);
    for (const wrong of [null, 7, { id: 1 }, { ...Object(entry), to: 5 }])
      await before.storage.set(`${key}${JSON.stringify(wrong)}`, wrong);
    const client = crash(before);
    await client.join();
    expect(client.takeSent()).toMatchObject([{ text: "whole" }]);
  });
});

async function outbox(client: TestClient): Promise<[string, unknown][]> {
  const all = await client.storage.list("");
  return all.filter(([key]) => key.includes("/out/"));
}

describe("damaged storage", () => {
  const key = (...parts: string[]) =>
    ["http://chat.example", "alice", ...parts]
      .map(encodeURIComponent)
      .join("/");
  const numbers = [-1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53];

  test.for(numbers)(
    "a damaged position of %d does not stop a join",
    async (seq) => {
      const storage = memoryStorage();
      const kept = new Map<string, unknown>([
        [key("room", "lobby"), { epoch: "e1", seq }],
        [key("mail"), { mail: seq, epoch: seq, sent: [] }],
      ]);
      const client = new TestClient({
        storage: {
          ...storage,
          get: async (name) => kept.get(name) ?? storage.get(name),
        },
      });
      const join = await client.acceptJoin();
      expect(v.safeParse(JoinSchema, join).issues).toBeUndefined();
      expect(join).not.toHaveProperty("since");
    },
  );

  test("a join does not send an epoch that no server has", async () => {
    const storage = memoryStorage();
    const place = { epoch: "e".repeat(65), seq: 1 };
    await storage.set(key("room", "lobby"), place);
    expect(await new TestClient({ storage }).acceptJoin()).not.toHaveProperty(
      "since",
    );
  });

  test("a message with an id that the server refuses is not sent", async () => {
    const storage = memoryStorage();
    const entry = { room: "lobby", text: "hello", at: 1, owner: "nobody" };
    for (const id of ["", "ä", "i".repeat(65)])
      await storage.set(key("out", id), { ...entry, id });
    await storage.set(key("out", "fine"), { ...entry, id: "fine" });
    const client = new TestClient({ storage });
    await client.join();
    expect(client.takeSent()).toMatchObject([{ id: "fine" }]);
  });
});
