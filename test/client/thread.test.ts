// Thread: tests the view of a message with its replies, and links to one message.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import {
  ack,
  change,
  errorReply,
  foldedPage,
  history,
  message,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

const reply = (seq: number) => message(seq, { thread: 3 });

/** A client with a thread, and what the server answers for it. */
async function open() {
  const client = new TestClient();
  await client.join({ seq: 90 });
  const thread = client.lobby.thread(3);
  const answer = async (...pages: object[]) => {
    for (const page of pages) {
      client.serverSends(page);
      await flushPromises();
    }
  };
  const root = foldedPage([message(3, { replies: { count: 60, last: 90 } })], {
    ...{ from: 3, to: 3, asOf: 90, more: true },
  });
  const page = foldedPage([reply(80), reply(90)], {
    ...{ from: 80, to: 90, more: true, thread: 3 },
  });
  return { client, thread, answer, root, page };
}

describe("a thread", () => {
  test("a user sees the first message and the newest replies, then older ones", async () => {
    const { client, thread, answer, root, page } = await open();
    expect(thread.snapshot()).toMatchObject({ root: null, messages: [] });
    expect(client.takeSent()).toEqual([
      { type: "history", fold: true, before: 4, limit: 1 },
    ]);
    await answer(root);
    expect(client.takeSent()).toEqual([
      { type: "history", fold: true, thread: 3, limit: 50 },
    ]);
    await answer(page);
    expect(thread.snapshot()).toMatchObject({
      ...{ root: { seq: 3 }, messages: [{ seq: 80 }, { seq: 90 }] },
      ...{ more: true, pending: [], error: null },
    });
    const older = thread.loadOlder(10);
    expect(client.takeSent()).toMatchObject([{ before: 80, limit: 10 }]);
    await answer(
      foldedPage([reply(70)], { from: 4, to: 79, asOf: 90, thread: 3 }),
    );
    await older;
    expect(thread.snapshot()).toMatchObject({
      ...{ messages: [{ seq: 70 }, { seq: 80 }, { seq: 90 }], more: false },
    });
    // The room shows what it has shown before.
    expect(client.lobby.messages).toEqual([]);
  });

  test("a user sees new replies, and changes of all messages in it", async () => {
    const { client, thread, answer, root, page } = await open();
    await answer(root, page);
    client.serverSends(
      message(91),
      reply(92),
      change("edited", 93, 80, { text: "b" }),
      change("deleted", 94, 90),
    );
    expect(thread.snapshot()).toMatchObject({
      // One more by 92, and one less by 94, which the root has seen.
      root: { replies: { count: 60, last: 92 } },
      messages: [
        { seq: 80, text: "b" },
        { seq: 90, deleted: true },
        { seq: 92 },
      ],
    });
  });

  test("a user's own reply is pending, and then in the thread", async () => {
    const { client, thread, answer, root, page } = await open();
    await answer(root, page);
    client.takeSent();
    const sent = thread.send("here");
    client.lobby.send("elsewhere");
    expect(thread.snapshot().pending).toMatchObject([{ text: "here" }]);
    await flushPromises();
    const [frame] = client.takeSent();
    expect(frame).toMatchObject({ thread: 3, epoch: "e1" });
    client.serverSends(ack(frame, 91));
    await sent;
    expect(thread.snapshot()).toMatchObject({
      ...{ pending: [], messages: [{}, {}, { seq: 91, mine: true }] },
    });
  });

  test("the snapshot is the same object until the thread changes", async () => {
    const { client, thread, answer, root, page } = await open();
    let calls = 0;
    const stop = thread.subscribe(() => calls++);
    await answer(root, page);
    const first = thread.snapshot();
    client.serverSends(message(91));
    expect(thread.snapshot()).toBe(first);
    client.serverSends(reply(92));
    expect(thread.snapshot()).not.toBe(first);
    expect(calls).toBeGreaterThan(0);
    stop();
    thread.close();
    const last = thread.snapshot();
    client.serverSends(reply(93));
    expect(thread.snapshot()).toBe(last);
  });

  test("after a gap the thread is loaded again", async () => {
    const { client, thread, answer, root, page } = await open();
    await answer(root, page);
    await client.loseConnection();
    client.serverSends(resumedWelcome({ seq: 400, resumed: false, gap: true }));
    expect(thread.snapshot()).toMatchObject({ root: null, messages: [] });
    expect(client.takeSent()).toMatchObject([{ before: 4, limit: 1 }]);
    await answer(root, page);
    expect(thread.snapshot()).toMatchObject({ messages: [{}, {}] });
  });

  test("a server that knows no threads, or refuses, gives an error", async () => {
    const old = await open();
    await old.answer(old.root, history([message(90)]));
    expect(old.thread.snapshot()).toMatchObject({
      ...{ messages: [], error: { code: "unsupported" } },
    });
    const other = await open();
    await other.answer(errorReply(undefined, "gone"));
    expect(other.thread.snapshot()).toMatchObject({ error: { code: "gone" } });
  });
});

describe("a link to one message", () => {
  test("older messages are loaded until it is there", async () => {
    const client = new TestClient({ history: 5 });
    await client.join(
      { seq: 900 },
      foldedPage([message(900)], { from: 800, to: 900, more: true }),
    );
    const link = client.lobby.loadAround(500);
    expect(client.takeSent()).toMatchObject([{ before: 800, limit: 200 }]);
    client.serverSends(foldedPage([], { from: 600, to: 799, more: true }));
    await flushPromises();
    expect(client.takeSent()).toMatchObject([{ before: 600 }]);
    client.serverSends(
      foldedPage([message(500)], { from: 400, to: 599, more: true }),
    );
    expect(await link).toMatchObject({ seq: 500 });
    expect(client.lobby.messages).toMatchObject([{ seq: 500 }, { seq: 900 }]);
    expect(await client.lobby.loadAround(900)).toMatchObject({ seq: 900 });
    for (const seq of [450, 850])
      await expect(client.lobby.loadAround(seq)).rejects.toMatchObject({
        code: "gone",
      });
    const tooOld = client.lobby.loadAround(2);
    client.serverSends(foldedPage([message(300)], { from: 300, to: 399 }));
    await expect(tooOld).rejects.toMatchObject({ code: "gone" });
  });

  test("a server whose pages have no end does not keep the client busy", async () => {
    const client = new TestClient({ history: 5 });
    const endless = foldedPage([], { from: 800, to: 900, more: true });
    await client.join({ seq: 900 }, endless);
    const link = client.lobby.loadAround(5);
    client.serverSends(endless);
    await expect(link).rejects.toMatchObject({ code: "gone" });
  });

  test("one message is requested alone if the room does not show it", async () => {
    const client = new TestClient();
    await client.join({ seq: 900 });
    const one = client.lobby.messageAt(7);
    expect(client.takeSent()).toMatchObject([{ before: 8, limit: 1 }]);
    client.serverSends(foldedPage([message(7)], { from: 7, to: 7 }));
    expect(await one).toMatchObject({ seq: 7, text: "text 7" });
    const none = client.lobby.messageAt(9);
    client.serverSends(foldedPage([message(7)], { from: 7, to: 9 }));
    await expect(none).rejects.toMatchObject({ code: "gone" });
    client.serverSends(message(901));
    expect(await client.lobby.messageAt(901)).toMatchObject({ seq: 901 });
  });
});
