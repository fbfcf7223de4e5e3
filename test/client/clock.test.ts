// A clock that is set: back or forward, what lasts lasts as long, and what is kept keeps its order.
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { environment } from "../../src/client/environment.ts";
import { settled } from "./place.ts";
import { history, Room, refusal, resumed } from "./room.ts";

const HOUR = 3_600_000;

describe.for([-HOUR, HOUR])("a clock that is set by %i ms", (ms) => {
  test("after rate_limited: what was said goes out when it may", async () => {
    const room = new Room();
    await room.enters();
    room.chat.send("one");
    await settled();
    const [one] = room.sent();
    room.says(refusal(one, "rate_limited", { retryAfter: 200 }));
    room.place.clockSetBy = ms;
    await room.place.pass(199);
    expect(room.sent()).toEqual([]);
    await room.place.pass(1);
    expect(room.sent()).toEqual([one]);
  });

  test("after rate_limited: a question is asked again when it may", async () => {
    const room = new Room();
    await room.enters();
    const page = room.chat.history();
    const [asked] = room.sent();
    room.says(refusal(undefined, "rate_limited", { retryAfter: 200 }));
    room.place.clockSetBy = ms;
    await room.place.pass(200);
    expect(room.sent()).toEqual([asked]);
    room.says(history([]));
    expect(await page).toMatchObject({ messages: [] });
  });

  test("ends no connection, and no wait for an answer", async () => {
    const room = new Room();
    await room.enters();
    room.chat.send("one");
    await settled();
    room.place.clockSetBy = ms;
    await room.place.pass(30_000);
    room.says({ type: "pong" });
    expect(room.chat.state).toBe("live");
    await room.place.pass(30_000);
    expect(room.chat.state).toBe("offline");
    expect(room.chat.reason).toMatchObject({ code: "no_answer" });
  });

  test("keeps typing from being told neither more nor less often", async () => {
    const room = new Room();
    await room.enters();
    room.chat.typing();
    room.place.clockSetBy = ms;
    room.chat.typing();
    expect(room.sent()).toHaveLength(1);
    await room.place.pass(3000);
    room.chat.typing();
    expect(room.sent()).toHaveLength(1);
  });

  test("leaves the first pause after a good connection short", async () => {
    const room = new Room();
    room.place.chance = 1;
    await settled();
    room.place.socket.ends();
    await room.place.nextTry();
    await room.enters();
    room.place.clockSetBy = ms;
    await room.place.pass(5000);
    room.place.socket.ends();
    expect(await room.place.nextTry()).toBe(1000);
  });

  test("leaves what was written in its order, also after a reload", async () => {
    const before = new Room();
    before.chat.send("one");
    before.place.clockSetBy = ms;
    before.chat.send("two");
    await settled();
    const { storage } = before;
    const room = new Room({ storage, name: "other", after: before });
    await settled();
    room.chat.send("three");
    await settled();
    const after = new Room({ storage, name: "third", after: room });
    await after.enters();
    expect(after.sent().map(({ text }) => text)).toEqual([
      ...["one", "two", "three"],
    ]);
  });

  test("lets nothing private go to a name that may have changed hands", async () => {
    const room = new Room();
    await room.enters();
    const sent = room.chat.private("bob", "psst");
    await settled();
    room.place.socket.ends();
    room.place.clockSetBy = ms;
    // By the clock that was set back it is sent one second ago.
    room.place.time += ms < 0 ? HOUR + 1000 : 1000;
    await room.place.nextTry();
    await room.joins();
    room.says(resumed({}));
    await expect(sent).rejects.toMatchObject({ code: "unknown" });
  });
});

test("after a reload, and a clock set back, it is not known how old a private message is", async () => {
  const before = new Room();
  await before.enters();
  before.chat.private("bob", "psst");
  await settled();
  const { storage } = before;
  const room = new Room({ storage, name: "other", after: before });
  room.place.clockSetBy = -HOUR;
  await room.enters();
  expect(room.chat.pending).toMatchObject([{ to: "bob", state: "unknown" }]);
});

test("no wait is longer than ten minutes, whatever the server asks for", async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { after } = environment();
  let count = 0;
  for (const ms of [600_001, 2 ** 31, 1e15, Number.POSITIVE_INFINITY])
    after(ms, () => count++);
  await vi.advanceTimersByTimeAsync(599_999);
  expect(count).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(count).toBe(4);
});

test("the uptime does not follow the clock", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 0 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { uptime, now } = environment();
  const before = uptime();
  vi.setSystemTime(HOUR);
  expect(now()).toBe(HOUR);
  expect(uptime() - before).toBeLessThan(HOUR);
});
