// Clock changes: test that a clock set back or forward changes no duration, and no order of messages.
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createEnvironment } from "../../src/client/environment.ts";
import { flushPromises } from "./support/fake-environment.ts";
import {
  errorReply,
  history,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

const HOUR = 3_600_000;

describe.for([-HOUR, HOUR])("a clock that is set by %i ms", (ms) => {
  test("a rate-limited message is sent when the server allows it, though the clock is set", async () => {
    const client = new TestClient();
    await client.join();
    client.lobby.send("one");
    await flushPromises();
    const [one] = client.takeSent();
    client.serverSends(errorReply(one, "rate_limited", { retryAfter: 200 }));
    client.environment.clockOffsetMs = ms;
    await client.environment.advance(199);
    expect(client.takeSent()).toEqual([]);
    await client.environment.advance(1);
    expect(client.takeSent()).toEqual([one]);
  });

  test("a rate-limited request is sent again when the server allows it, though the clock is set", async () => {
    const client = new TestClient();
    await client.join();
    const page = client.lobby.history();
    const [asked] = client.takeSent();
    client.serverSends(
      errorReply(undefined, "rate_limited", { retryAfter: 200 }),
    );
    client.environment.clockOffsetMs = ms;
    await client.environment.advance(200);
    expect(client.takeSent()).toEqual([asked]);
    client.serverSends(history([]));
    expect(await page).toMatchObject({ messages: [] });
  });

  test("a clock change ends no connection, and no wait for an answer", async () => {
    const client = new TestClient();
    await client.join();
    client.lobby.send("one");
    await flushPromises();
    client.environment.clockOffsetMs = ms;
    await client.environment.advance(30_000);
    client.serverSends({ type: "pong" });
    expect(client.lobby.state).toBe("connected");
    await client.environment.advance(30_000);
    expect(client.lobby.state).toBe("reconnecting");
    expect(client.lobby.reason).toMatchObject({ code: "no_answer" });
  });

  test("a clock change makes typing frames neither more nor less frequent", async () => {
    const client = new TestClient();
    await client.join();
    client.lobby.typing();
    client.environment.clockOffsetMs = ms;
    client.lobby.typing();
    expect(client.takeSent()).toHaveLength(1);
    await client.environment.advance(3000);
    client.lobby.typing();
    expect(client.takeSent()).toHaveLength(1);
  });

  test("a clock change leaves the first backoff after a stable connection short", async () => {
    const client = new TestClient();
    client.environment.randomValue = 1;
    await flushPromises();
    client.environment.socket.serverCloses();
    await client.environment.advanceToNextAttempt();
    await client.join();
    client.environment.clockOffsetMs = ms;
    await client.environment.advance(5000);
    client.environment.socket.serverCloses();
    expect(await client.environment.advanceToNextAttempt()).toBe(1000);
  });

  test("messages keep their order over a clock change and a reload", async () => {
    const before = new TestClient();
    before.lobby.send("one");
    before.environment.clockOffsetMs = ms;
    before.lobby.send("two");
    await flushPromises();
    const { storage } = before;
    const client = new TestClient({
      storage,
      name: "other",
      startAfter: before,
    });
    await flushPromises();
    client.lobby.send("three");
    await flushPromises();
    const after = new TestClient({
      storage,
      name: "third",
      startAfter: client,
    });
    await after.join();
    expect(after.takeSent().map(({ text }) => text)).toEqual([
      ...["one", "two", "three"],
    ]);
  });

  test("a private message is not sent again to a name that may have another holder, though the clock is set", async () => {
    const client = new TestClient();
    await client.join();
    const sent = client.sdk.sendPrivate("bob", "psst");
    await flushPromises();
    client.environment.socket.serverCloses();
    client.environment.clockOffsetMs = ms;
    // By the clock that was set back, the message is one second old.
    client.environment.time += ms < 0 ? HOUR + 1000 : 1000;
    await client.environment.advanceToNextAttempt();
    await client.acceptJoin();
    client.serverSends(resumedWelcome({}));
    await expect(sent).rejects.toMatchObject({ code: "unknown" });
  });
});

test("a private message of unknown age becomes unknown after a reload and a clock change", async () => {
  const before = new TestClient();
  await before.join();
  before.sdk.sendPrivate("bob", "psst");
  await flushPromises();
  const { storage } = before;
  const client = new TestClient({ storage, name: "other", startAfter: before });
  client.environment.clockOffsetMs = -HOUR;
  await client.join();
  expect(client.sdk.pending).toMatchObject([{ to: "bob", state: "unknown" }]);
});

test("no wait is longer than ten minutes, whatever the server asks for", async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { after } = createEnvironment();
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
  const { uptime, now } = createEnvironment();
  const before = uptime();
  vi.setSystemTime(HOUR);
  expect(now()).toBe(HOUR);
  expect(uptime() - before).toBeLessThan(HOUR);
});
