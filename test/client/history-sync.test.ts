// History sync: tests that messages are shown once and in order, over pages, replays, gaps and restarts.
import { describe, expect, test } from "vitest";
import {
  history,
  message,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

const messagesBetween = (from: number, to: number, fields = {}) =>
  Array.from({ length: to - from + 1 }, (_, i) => message(from + i, fields));
const textsBetween = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `text ${from + i}`);

describe("the first connection", () => {
  test("a user sees the newest page as replay, and then new messages", async () => {
    const client = new TestClient({ history: 50 });
    await client.join({ seq: 3 }, history(messagesBetween(1, 3)), message(4));
    expect(client.shownTexts).toEqual(textsBetween(1, 4));
    const replays = client.lobby
      .getSnapshot()
      .messages.map((one) => one.isReplay);
    expect(replays).toEqual([true, true, true, false]);
    expect(client.gaps).toEqual([]);
  });

  test("a user's own messages are recognized by their id", async () => {
    const client = new TestClient({ history: 1 });
    const own = message(1, { user: "alice-public-id-", username: "elsewhere" });
    await client.join({ seq: 1 }, history([own]), message(2));
    const mine = client.lobby.getSnapshot().messages.map((one) => one.mine);
    expect(mine).toEqual([true, false]);
  });

  test("events of unknown kinds are counted, and not shown", async () => {
    const client = new TestClient({ history: 9 });
    const topic = (seq: number) => ({ type: "topic", seq, topic: "cats" });
    await client.join({ seq: 2 }, history([message(1), topic(2)]));
    client.serverSends(topic(3), message(4));
    expect(client.shownTexts).toEqual(["text 1", "text 4"]);
    expect(client.takeSent()).toEqual([]);
  });
});

describe("reconnecting", () => {
  test("a user who reconnects sees the messages after the last one shown", async () => {
    const client = new TestClient({ history: 50 });
    await client.join({ seq: 2 }, history(messagesBetween(1, 2)), message(3));
    expect(await client.loseConnection()).toMatchObject({
      since: 3,
      epoch: "e1",
    });
    client.serverSends(resumedWelcome({ seq: 5 }), ...messagesBetween(4, 5));
    client.serverSends(message(6));
    expect(client.shownTexts).toEqual(textsBetween(1, 6));
    expect(client.lobby.getSnapshot().messages.at(-1)?.isReplay).toBe(false);
  });

  test("a user who has received nothing resumes as well", async () => {
    const client = new TestClient({ history: 50 });
    await client.join({ seq: 0 }, history([]));
    expect(await client.loseConnection()).toMatchObject({
      since: 0,
      epoch: "e1",
    });
    client.serverSends(resumedWelcome({ seq: 2 }), ...messagesBetween(1, 2));
    expect(client.shownTexts).toEqual(textsBetween(1, 2));
  });

  test("the SDK requests page after page while new messages arrive", async () => {
    const client = new TestClient({ history: 0 });
    await client.join();
    await client.loseConnection();
    client.serverSends(
      resumedWelcome({ seq: 9, more: true }),
      ...messagesBetween(1, 3),
    );
    expect(client.takeSent()).toEqual([
      { type: "history", after: 3, limit: 200 },
    ]);
    client.serverSends(message(10));
    client.serverSends(
      history(messagesBetween(4, 6), { more: true }),
      message(11),
    );
    expect(client.takeSent()).toEqual([
      { type: "history", after: 6, limit: 200 },
    ]);
    expect(client.shownTexts).toEqual(textsBetween(1, 6));
    client.serverSends(history(messagesBetween(7, 10)));
    expect(client.shownTexts).toEqual(textsBetween(1, 11));
    client.serverSends(message(12));
    expect(client.shownTexts).toEqual(textsBetween(1, 12));
    expect(client.takeSent()).toEqual([]);
  });

  test("a connection lost between two pages continues there", async () => {
    const client = new TestClient({ history: 0 });
    await client.join();
    await client.loseConnection();
    client.serverSends(
      resumedWelcome({ seq: 9, more: true }),
      ...messagesBetween(1, 3),
      message(10),
    );
    expect(await client.loseConnection()).toMatchObject({ since: 3 });
    client.serverSends(resumedWelcome({ seq: 10 }), ...messagesBetween(4, 10));
    expect(client.shownTexts).toEqual(textsBetween(1, 10));
  });

  test("a gap is emitted, and the newest page follows", async () => {
    const client = new TestClient({ history: 2 });
    await client.join({ seq: 2 }, history(messagesBetween(1, 2)));
    await client.loseConnection();
    const page = history(messagesBetween(98, 99), { more: true });
    client.serverSends(
      resumedWelcome({ seq: 99, resumed: false, gap: true }),
      page,
    );
    expect(client.gaps).toEqual([
      { type: "gap", epoch: "e1", after: 2, before: 98 },
    ]);
    expect(client.shownTexts).toEqual([
      ...textsBetween(1, 2),
      ...textsBetween(98, 99),
    ]);
    expect(client.events.at(-1)).toMatchObject({
      type: "message",
      isReplay: false,
    });
  });

  test("a page that continues the messages shown is no gap", async () => {
    const client = new TestClient({ history: 2 });
    await client.join({ seq: 2 }, history(messagesBetween(1, 2)));
    await client.loseConnection();
    const page = history(messagesBetween(2, 4));
    client.serverSends(
      resumedWelcome({ seq: 4, resumed: false, gap: true }),
      page,
    );
    expect(client.gaps).toEqual([]);
    expect(client.shownTexts).toEqual(textsBetween(1, 4));
  });

  test("another epoch is another history, and the view starts again", async () => {
    const client = new TestClient({ history: 5 });
    await client.join({ seq: 3 }, history(messagesBetween(1, 3)));
    await client.loseConnection();
    const other = { seq: 1, epoch: "e2", resumed: false, gap: true };
    const page = history([message(1, { text: "new world" })], { epoch: "e2" });
    client.serverSends(resumedWelcome(other), page);
    expect(client.gaps).toMatchObject([
      { epoch: "e2", after: null, before: 1 },
    ]);
    const shown = client.lobby.getSnapshot().messages.map(({ text }) => text);
    expect(shown).toEqual(["new world"]);
    client.serverSends(message(2));
    expect(await client.loseConnection()).toMatchObject({
      since: 2,
      epoch: "e2",
    });
  });
});

describe("while connected", () => {
  test("a message that arrives twice is shown once", async () => {
    const client = new TestClient();
    await client.join();
    client.serverSends(message(1), message(1));
    client.serverSends(message(2), message(1));
    expect(client.shownTexts).toEqual(textsBetween(1, 2));
  });

  test("missing messages are requested before later ones are shown", async () => {
    const client = new TestClient();
    await client.join();
    client.serverSends(message(1));
    client.serverSends(message(4));
    client.serverSends(message(5));
    expect(client.shownTexts).toEqual(textsBetween(1, 1));
    expect(client.takeSent()).toEqual([
      { type: "history", after: 1, limit: 200 },
    ]);
    client.serverSends(history(messagesBetween(2, 4)));
    expect(client.shownTexts).toEqual(textsBetween(1, 5));
  });

  test("messages that cannot be requested any more are a gap", async () => {
    const client = new TestClient();
    await client.join();
    client.serverSends(message(1));
    client.serverSends(message(9));
    client.serverSends(history(messagesBetween(7, 9)));
    expect(client.gaps).toMatchObject([{ after: 1, before: 7 }]);
    expect(client.shownTexts).toEqual(["text 1", ...textsBetween(7, 9)]);
  });

  test("a large number of early messages is requested again rather than buffered", async () => {
    const client = new TestClient();
    await client.join();
    client.serverSends(...messagesBetween(2, 1500));
    client.serverSends(history(messagesBetween(1, 200), { more: true }));
    // 1,000 messages are buffered: up to 1,001.
    expect(client.shownTexts).toHaveLength(1001);
    for (let after = 1001; after < 1500; after += 200) {
      const asked = client.takeSent().at(-1);
      expect(asked).toEqual({ type: "history", after, limit: 200 });
      const to = Math.min(after + 200, 1500);
      client.serverSends(
        history(messagesBetween(after + 1, to), { more: to < 1500 }),
      );
    }
    expect(client.shownTexts).toEqual(textsBetween(1, 1500));
  });

  test("a rate-limited request is sent again when the server allows it", async () => {
    const client = new TestClient();
    await client.join();
    client.serverSends(message(2));
    expect(client.takeSent()).toHaveLength(1);
    client.serverSends({
      type: "error",
      code: "rate_limited",
      message: "Too fast.",
      retryAfter: 700,
    });
    await client.environment.advance(699);
    expect(client.takeSent()).toEqual([]);
    await client.environment.advance(1);
    expect(client.takeSent()).toEqual([
      { type: "history", after: 0, limit: 200 },
    ]);
  });

  test("a page of another epoch leads to a new join", async () => {
    const client = new TestClient();
    await client.join();
    client.serverSends(message(2));
    client.serverSends(history(messagesBetween(1, 2), { epoch: "e2" }));
    expect(client.shownTexts).toEqual([]);
    await client.acceptJoin();
    expect(client.environment.sockets).toHaveLength(2);
  });

  test("a reset loads the new history", async () => {
    const client = new TestClient({ history: 10 });
    await client.join({ seq: 3 }, history(messagesBetween(1, 3)));
    client.serverSends({ type: "reset", epoch: "e2", seq: 7 });
    expect(client.takeSent()).toEqual([
      { type: "history", limit: 10, fold: true },
    ]);
    client.serverSends(message(8));
    client.serverSends(history(messagesBetween(6, 7), { epoch: "e2" }));
    expect(client.gaps).toMatchObject([
      { epoch: "e2", after: null, before: 6 },
    ]);
    const shown = client.lobby.getSnapshot().messages.map(({ seq }) => seq);
    expect(shown).toEqual([6, 7, 8]);
    expect(await client.loseConnection()).toMatchObject({
      since: 8,
      epoch: "e2",
    });
  });
});

describe("after a reload", () => {
  const reload = async (client: TestClient) => {
    await client.sdk.close();
    const { storage } = client;
    return new TestClient({
      storage,
      history: 2,
      name: "other",
      startAfter: client,
    });
  };

  test("after a reload a user sees old messages as replay, and later ones as new", async () => {
    const before = new TestClient({ history: 2 });
    await before.join({ seq: 2 }, history(messagesBetween(1, 2)), message(3));
    const client = await reload(before);
    expect(await client.acceptJoin()).toMatchObject({ since: 3, epoch: "e1" });
    client.serverSends(resumedWelcome({ seq: 5 }), ...messagesBetween(4, 5));
    expect(client.takeSent()).toEqual([
      { type: "history", before: 4, limit: 2, fold: true },
    ]);
    expect(client.shownTexts).toEqual([]);
    client.serverSends(
      history(messagesBetween(2, 3), { more: true }),
      message(6),
    );
    expect(client.shownTexts).toEqual(textsBetween(2, 6));
    const { messages, more } = client.lobby.getSnapshot();
    const replays = messages.map((one) => one.isReplay);
    expect(replays).toEqual([true, true, false, false, false]);
    expect(more).toBe(true);
  });

  test("after a reload with a gap, the page is replay as far as it was shown", async () => {
    const before = new TestClient({ history: 2 });
    await before.join({ seq: 3 }, history(messagesBetween(2, 3)));
    const client = await reload(before);
    await client.acceptJoin();
    const page = history(messagesBetween(3, 4));
    client.serverSends(
      resumedWelcome({ seq: 4, resumed: false, gap: true }),
      page,
    );
    expect(client.gaps).toEqual([]);
    const replays = client.lobby
      .getSnapshot()
      .messages.map((one) => one.isReplay);
    expect(replays).toEqual([true, false]);
  });

  test("a crash shows at most the messages of one second again", async () => {
    const before = new TestClient();
    await before.join();
    before.serverSends(message(1));
    await before.environment.advance(1000);
    before.serverSends(message(2));
    const { storage } = before;
    const client = new TestClient({
      storage,
      name: "other",
      startAfter: before,
    });
    expect(await client.acceptJoin()).toMatchObject({ since: 1 });
  });
});
