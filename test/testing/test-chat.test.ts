// Test chat tests: an app tests its hooks in a chat in memory, where people get what they would get on a server.
import * as v from "valibot";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { allow, deny } from "../../src/hooks/verdict.ts";
import { createTestChat } from "../../src/testing/index.ts";

const texts = (messages: readonly { text: string }[]) =>
  messages.map(({ text }) => text);

test("people in a room get each other's messages, and each sender a receipt", async () => {
  const chat = createTestChat();
  const ann = await chat.join("lobby", "ann");
  const bob = await chat.join("lobby", "bob");
  const receipt = await ann.send("hi", { data: { sticker: "cat" } });
  expect(receipt).toMatchObject({ seq: 1, at: chat.now });
  expect(bob.messages).toMatchObject([
    { text: "hi", username: "ann", user: ann.id, data: { sticker: "cat" } },
  ]);
  expect(ann.messages).toEqual([]);
  expect(ann.received).toMatchObject([{ type: "joined" }, { type: "ack" }]);
});

test("an app tests the schemas of its data", async () => {
  const message = v.object({ sticker: v.string() });
  const chat = createTestChat({ schemas: { message } });
  const ann = await chat.join("lobby", "ann");
  const bob = await chat.join("lobby", "bob");
  const more = { sticker: "cat", more: 1 };
  await ann.send("hi", { data: more });
  expect(bob.messages).toMatchObject([{ data: { sticker: "cat" } }]);
  expect(bob.messages[0]?.data).toEqual({ sticker: "cat" });
  const wrong = { sticker: 7 } as unknown as { sticker: string };
  await expect(ann.send("hi", { data: wrong })).rejects.toMatchObject({
    ...{ code: "bad_request", message: expect.stringMatching(/^data: /) },
  });
});

test("a private message reaches its addressee in any room, and later too", async () => {
  const chat = createTestChat();
  const ann = await chat.join("lobby", "ann");
  const bob = await chat.join("kitchen", "bob");
  expect(await ann.sendPrivate("bob", "psst")).toMatchObject({
    ...{ to: "bob", delivered: true },
  });
  expect(texts(bob.privates)).toEqual(["psst"]);
  await bob.leave();
  await ann.sendPrivate("bob", "later");
  const again = await chat.join("lobby", "bob");
  expect(again.id).toBe(bob.id);
  expect(texts(again.privates)).toEqual(["later"]);
});

test("a hook allows, changes and denies messages, at once or later", async () => {
  const chat = createTestChat({
    hooks: {
      onMessage({ message: { text } }) {
        if (text === "slow")
          return new Promise((resolve) =>
            setTimeout(() => resolve(allow({ text: "changed" })), 20),
          );
        return text === "bad" ? deny("forbidden", "Not here.", 50) : allow();
      },
    },
  });
  const ann = await chat.join("lobby", "ann");
  const bob = await chat.join("lobby", "bob");
  await ann.send("slow");
  await expect(ann.send("bad")).rejects.toMatchObject({
    ...{ name: "TestChatError", code: "forbidden" },
    ...{ message: "Not here.", retryAfter: 50 },
  });
  await ann.send("good");
  expect(texts(bob.messages)).toEqual(["changed", "good"]);
});

test("a hook denies a join by its room, user and environment", async () => {
  const chat = createTestChat({
    env: { closed: "cellar" },
    settings: { JWT_ISSUER: "https://app.example" },
    hooks: {
      onJoin: ({ room, user, env }) =>
        room === env.closed && user.kind !== "app"
          ? deny("forbidden", `${user.username} may not.`)
          : allow(),
    },
  });
  await expect(chat.join("cellar", "bob")).rejects.toMatchObject({
    ...{ code: "forbidden", message: "guest-bob may not." },
  });
  const app = { id: "1", data: { plan: "pro" } };
  const ann = await chat.join("cellar", "ann", { app });
  expect(ann.username).toBe("ann");
  expect((await chat.room(null, "cellar").members())[0]).toMatchObject({
    ...{ username: "ann", data: { plan: "pro" } },
  });
});

test("a hook that throws answers internal, and the chat goes on", async () => {
  const chat = createTestChat({
    hooks: {
      onMessage({ message }) {
        if (message.text === "boom") throw new Error("a bug");
        return allow();
      },
    },
  });
  const ann = await chat.join("lobby", "ann");
  await expect(ann.send("boom")).rejects.toMatchObject({ code: "internal" });
  await expect(ann.send("fine")).resolves.toMatchObject({ seq: 1 });
});

describe("the clock", () => {
  test("a user who went is told as gone when the grace has passed", async () => {
    const left: string[] = [];
    const chat = createTestChat({
      hooks: { onLeave: ({ user }) => void left.push(user.username) },
    });
    const ann = await chat.join("lobby", "ann");
    const bob = await chat.join("lobby", "bob");
    await bob.leave();
    await chat.advance(10_000);
    expect(ann.received.at(-1)).toMatchObject({ type: "left" });
    expect(left).toEqual(["bob"]);
  });

  test("a user who floods is refused, and may go on a second later", async () => {
    const chat = createTestChat({
      settings: { RATE_BURST: 2, RATE_PER_SECOND: 1 },
    });
    const ann = await chat.join("lobby", "ann");
    await ann.send("one");
    await ann.send("two");
    await expect(ann.send("three")).rejects.toMatchObject({
      ...{ code: "rate_limited", retryAfter: expect.any(Number) },
    });
    const before = chat.now;
    await chat.advance(1000);
    expect(chat.now).toBe(before + 1000);
    await ann.send("three");
  });
});

test("the same id of the same user is one message", async () => {
  const chat = createTestChat();
  const ann = await chat.join("lobby", "ann");
  const bob = await chat.join("lobby", "bob");
  await ann.send("hi", { id: "a-1" });
  expect(await ann.send("hi", { id: "a-1" })).toMatchObject({
    duplicate: true,
  });
  expect(texts(bob.messages)).toEqual(["hi"]);
});

test("typed lines are read as those of a terminal", async () => {
  const chat = createTestChat();
  const ann = await chat.join("lobby", "ann");
  const bob = await chat.join("lobby", "bob");
  await ann.type("@bob psst");
  await ann.type("/who");
  expect(texts(bob.privates)).toEqual(["psst"]);
  expect(ann.received.at(-1)).toMatchObject({ members: ["ann", "bob"] });
});

test("the server's own hand sends to a room and to a user", async () => {
  const chat = createTestChat();
  const ann = await chat.join("lobby", "ann");
  const as = { id: "weather", username: "Weather" };
  await chat.room(null, "lobby").send({ as, text: "rain" });
  await chat.user(null, "ann").send({ as, text: "take a coat" });
  expect(ann.messages).toMatchObject([{ username: "bot:Weather" }]);
  expect(texts(ann.privates)).toEqual(["take a coat"]);
  const { messages } = await chat.room(null, "lobby").history();
  expect(messages).toMatchObject([{ text: "rain" }]);
  const late = await chat.join("lobby", "bob", { history: 10 });
  expect(late.received).toMatchObject([
    { type: "history", messages: [{ text: "rain" }] },
  ]);
});

test("two hundred people talk, and everybody gets everything in one order", async () => {
  const chat = createTestChat({ settings: { RATE_PER_SECOND: 0 } });
  const people = await Promise.all(
    Array.from({ length: 200 }, (_, i) => chat.join("lobby", `user${i}`)),
  );
  await Promise.all(people.map((user) => user.send(user.username)));
  await chat.advance(1000);
  const seqs = people.map(({ received }) =>
    received.flatMap((frame) =>
      frame.type === "message" || (frame.type === "ack" && "seq" in frame)
        ? [frame.seq]
        : [],
    ),
  );
  const inOrder = Array.from({ length: 200 }, (_, i) => i + 1);
  for (const own of seqs) expect(own).toEqual(inOrder);
});

test("a wrong setting, room or user is told at once", async () => {
  expect(() => createTestChat({ settings: { TEXT_MAX: -1 } })).toThrow(
    /TEXT_MAX=-1/,
  );
  const chat = createTestChat();
  await expect(chat.join("a b", "ann")).rejects.toMatchObject({
    ...{ code: "bad_room" },
  });
  await expect(chat.join("lobby", "@")).rejects.toMatchObject({
    ...{ code: "bad_username" },
  });
  await expect(chat.join("lobby", "ann", { app: { id: "1" } })).rejects.toThrow(
    /JWT_ISSUER/,
  );
});

test("an app finds the failures and timeouts of its hooks in the logs", async () => {
  const printed = vi.spyOn(console, "log").mockReturnValue();
  onTestFinished(() => printed.mockRestore());
  const chat = createTestChat({
    hooks: {
      timeouts: { onMessage: 1 },
      onMessage({ message: { text } }) {
        if (text === "slow") return new Promise(() => undefined);
        throw new TypeError(text);
      },
    },
  });
  const ann = await chat.join("lobby", "ann");
  await expect(ann.send("hello")).rejects.toMatchObject({ code: "internal" });
  await expect(ann.send("slow")).rejects.toMatchObject({ code: "unavailable" });
  const hook = { room: "lobby", hook: "onMessage" };
  expect(chat.logs).toMatchObject([
    {
      ...hook,
      event: "hook failed",
      error: expect.stringMatching(/^TypeError/),
    },
    { ...hook, event: "hook timed out" },
  ]);
  expect(JSON.stringify(chat.logs)).not.toContain("hello");
});

test("a wrong timeout is an error as on a server", () => {
  const hooks = { timeouts: { onMessage: 5001 } };
  expect(() => createTestChat({ hooks })).toThrow(/timeouts\.onMessage=5001/);
});

test("an app's moderator mutes a guest, who may not speak then", async () => {
  const chat = createTestChat({ settings: { JWT_ISSUER: "https://app.test" } });
  const app = { id: "1", roles: { "lob*": "moderator" } } as const;
  const ann = await chat.join("lobby", "ann", { app });
  const bob = await chat.join("lobby", "bob");
  expect(ann.welcome.role).toBe("moderator");
  await ann.type(`/mute ${bob.username} 10m`);
  expect(bob.received).toMatchObject([
    { type: "moderated", action: "mute", target: { user: bob.id } },
  ]);
  await expect(bob.send("hi")).rejects.toMatchObject({ code: "muted" });
  await chat.advance(600_001);
  await bob.send("hi");
  expect(ann.messages).toMatchObject([{ text: "hi" }]);
});
