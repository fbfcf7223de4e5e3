// Search tests: an app finds messages by their words, and the SDK asks on as often as a server lets a user ask.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import { message, resumedWelcome, TestClient } from "./support/test-client.ts";

const LIMITS = {
  ...{ text: 4000, frame: 16_384, history: 10_000 },
  ...{ rateBurst: 20, ratePerSecond: 0, search: 100 },
};

function results(messages: object[], from: number, fields: object = {}) {
  const page = { from, to: 90, asOf: 90, more: true, epoch: "epoch-1" };
  return { type: "results", text: "fox", messages, ...page, ...fields };
}

async function begin(limits: object = LIMITS) {
  const client = new TestClient();
  await client.join({ seq: 90, limits });
  const answer = async (frame: object) => {
    client.serverSends(frame);
    await flushPromises();
  };
  return { client, room: client.lobby, answer };
}

describe("a search", () => {
  test("gives the messages as they are now, with their methods", async () => {
    const { client, room, answer } = await begin();
    const found = room.search("fox", { limit: 5 });
    await flushPromises();
    expect(client.takeSent()).toEqual([
      { type: "search", text: "fox", limit: 5 },
    ]);
    const reactions = [{ emoji: "👍", count: 2, users: ["bob"] }];
    await answer(results([message(7, { reactions })], 7));
    const { messages, more, from, to } = await found;
    expect({ more, from, to }).toEqual({ more: true, from: 7, to: 90 });
    expect(messages).toMatchObject([{ seq: 7, isReplay: true, reactions }]);
    void messages[0]?.react("👍");
    await flushPromises();
    expect(client.takeSent()).toMatchObject([{ type: "react", of: 7 }]);
    expect(client.shownTexts).toEqual([]);
  });

  test("asks on over empty pages, two seconds later", async () => {
    const { client, room, answer } = await begin();
    const found = room.search("fox", { before: 80 });
    await flushPromises();
    const [{ epoch } = {}] = client.takeSent() as { epoch?: string }[];
    expect(epoch).toEqual(expect.any(String));
    await answer(results([], 60, { to: 79 }));
    expect(client.takeSent()).toEqual([]);
    await client.environment.advance(2000);
    expect(client.takeSent()).toEqual([
      { type: "search", text: "fox", before: 60, epoch },
    ]);
    await answer(results([message(20)], 20, { to: 59 }));
    expect(await found).toMatchObject({ from: 20, to: 79, more: true });
  });

  test("ends at the oldest message, or after so many questions", async () => {
    const { client, room, answer } = await begin();
    const all = room.search("fox");
    await flushPromises();
    await answer(results([], 1, { more: false }));
    expect(await all).toMatchObject({ messages: [], more: false, from: 1 });
    const some = room.search("fox", { asks: 2 });
    for (const from of [60, 30]) {
      await client.environment.advance(2000);
      await answer(results([], from));
    }
    expect(await some).toMatchObject({ messages: [], more: true, from: 30 });
  });

  test("waits as long as the server says, and other requests do not", async () => {
    const { client, room, answer } = await begin();
    const found = room.search("fox");
    await flushPromises();
    client.takeSent();
    const error = { type: "error", code: "rate_limited", message: "Wait." };
    await answer({ ...error, retryAfter: 700 });
    const page = room.history();
    expect(client.takeSent()).toMatchObject([{ type: "history" }]);
    await answer({ type: "history", messages: [], more: false });
    await page;
    await client.environment.advance(699);
    expect(client.takeSent()).toEqual([]);
    await client.environment.advance(1);
    expect(client.takeSent()).toMatchObject([{ type: "search" }]);
    await answer(results([message(7)], 7));
    expect((await found).messages).toHaveLength(1);
  });

  test("of two at once begins after the other", async () => {
    const { client, room, answer } = await begin();
    const both = [room.search("fox"), room.search("hen")];
    await flushPromises();
    expect(client.takeSent()).toMatchObject([{ text: "fox" }]);
    await answer(results([message(7)], 7));
    await client.environment.advance(2000);
    expect(client.takeSent()).toMatchObject([{ text: "hen" }]);
    await answer(results([message(8)], 8));
    expect(await Promise.all(both)).toMatchObject([{ from: 7 }, { from: 8 }]);
  });

  test("is sent again after a lost connection", async () => {
    const { client, room, answer } = await begin();
    const found = room.search("fox");
    await flushPromises();
    client.takeSent();
    await client.loseConnection();
    client.serverSends(resumedWelcome({ seq: 90, limits: LIMITS }));
    await flushPromises();
    expect(client.takeSent()).toMatchObject([{ type: "search" }]);
    await answer(results([message(7)], 7));
    expect((await found).messages).toHaveLength(1);
  });

  test("rejects if the server refuses it, or cannot search", async () => {
    const { room, answer } = await begin();
    const refused = room.search("x");
    const check = expect(refused).rejects.toMatchObject({
      code: "bad_request",
    });
    await flushPromises();
    await answer({ type: "error", code: "bad_request", message: "No." });
    await check;
    const old = await begin({ ...LIMITS, search: undefined });
    await expect(old.room.search("fox")).rejects.toMatchObject({
      code: "unsupported",
    });
    await expect(room.search("")).rejects.toThrow(TypeError);
  });

  test("rejects when the room is left", async () => {
    const { client, room } = await begin();
    const found = room.search("fox");
    const check = expect(found).rejects.toMatchObject({ code: "closed" });
    await flushPromises();
    await room.leave();
    await check;
    expect(client.lobby.state).toBe("closed");
  });
});
