// Timeouts: test that a storage, a lock or a token function that never answers does not stop a chat, and is named.
import { describe, expect, test } from "vitest";
import type { Locks } from "../../src/client/environment.ts";
import { type ChatStorage, memoryStorage } from "../../src/client/storage.ts";
import { flushPromises } from "./support/fake-environment.ts";
import { Tabs } from "./support/tabs.ts";
import { ack, resumedWelcome, TestClient } from "./support/test-client.ts";

const never = () => new Promise<never>(() => {});
const METHODS = ["get", "set", "claim", "remove", "list"] as const;

const storageErrors = (client: TestClient) =>
  client.events.flatMap((event) =>
    event.type === "error" && event.error.code === "storage"
      ? event.error.message
      : [],
  );

/** Runs pending promises, and advances the clock. */
async function advance(client: TestClient, ms: number): Promise<void> {
  await flushPromises();
  await client.environment.advance(ms);
}

/** Joins, sends a message, and gets its ack. */
async function sendAndAck(client: TestClient): Promise<void> {
  await advance(client, 5000);
  await client.join();
  const sent = client.lobby.send("hello");
  await flushPromises();
  await advance(client, 5000);
  const [frame] = client.takeSent();
  client.serverSends(ack(frame, 1));
  expect(await sent).toMatchObject({ seq: 1 });
}

describe("a storage", () => {
  test.for(METHODS)(
    "a storage whose %s never answers does not stop the chat",
    async (method) => {
      const client = new TestClient({
        storage: { ...memoryStorage(), [method]: never },
      });
      await sendAndAck(client);
      const closed = client.sdk.close();
      await advance(client, 5000);
      await closed;
      const messages = storageErrors(client);
      expect(messages).toEqual([
        expect.stringContaining(`(${method}: no answer in 5 s)`),
      ]);
      expect(client.sdk.getSnapshot().storageError).toMatchObject({
        code: "storage",
        message: messages[0],
      });
    },
  );

  test("a storage that never answers costs one timeout, not one per call", async () => {
    const storage = Object.fromEntries(METHODS.map((one) => [one, never]));
    const client = new TestClient({
      storage: storage as unknown as ChatStorage,
    });
    expect(client.lobby.state).toBe("connecting");
    await advance(client, 4999);
    expect(client.environment.sockets).toEqual([]);
    await advance(client, 1);
    await sendAndAck(client);
    expect(storageErrors(client)).toHaveLength(1);
  });

  test.for([
    [
      "throws",
      () => {
        throw new Error("Out of order.");
      },
      "Out of order.",
    ],
    ["is no function", undefined, "(get: "],
  ] as const)(
    "a storage whose get %s does not stop the chat",
    async ([, get, why]) => {
      const storage = { ...memoryStorage(), get } as unknown as ChatStorage;
      const client = new TestClient({ storage });
      await sendAndAck(client);
      expect(storageErrors(client)).toEqual([expect.stringContaining(why)]);
    },
  );

  test("a storage that answers late is used again, with its secret", async () => {
    const shared = memoryStorage();
    const before = new TestClient({ storage: shared });
    const { token } = await before.acceptJoin();
    const late = Promise.withResolvers<undefined>();
    let isLate = true;
    const client = new TestClient({
      name: "other",
      storage: {
        ...shared,
        get: (key) => (isLate ? late.promise : shared.get(key)),
      },
    });
    await advance(client, 5000);
    expect((await client.acceptJoin()).token).not.toBe(token);
    isLate = false;
    late.resolve(undefined);
    expect((await client.loseConnection()).token).toBe(token);
    await flushPromises();
    client.serverSends(resumedWelcome({}));
    client.lobby.send("kept");
    await flushPromises();
    expect(JSON.stringify(await shared.list(""))).toContain("kept");
  });

  test("a user sees that the storage works again", async () => {
    const kept = memoryStorage();
    let isFull = true;
    const full = () => Promise.reject(new Error("The disk is full."));
    const set: ChatStorage["set"] = (key, value) =>
      isFull ? full() : kept.set(key, value);
    const client = new TestClient({ storage: { ...kept, set } });
    await client.join();
    client.lobby.send("one");
    await flushPromises();
    let seen = client.sdk.getSnapshot();
    expect(seen.storageError?.message).toContain("(set: The disk is full.)");
    client.sdk.subscribe(() => {
      seen = client.sdk.getSnapshot();
    });
    isFull = false;
    client.lobby.send("two");
    await flushPromises();
    expect(seen.storageError).toBeNull();
    expect(storageErrors(client)).toHaveLength(1);
  });
});

describe("locks", () => {
  const left = async (locks: Locks) => {
    const before = new TestClient();
    before.lobby.send("left");
    await flushPromises();
    const { storage } = before;
    return new TestClient({
      storage,
      locks,
      name: "other",
      startAfter: before,
    });
  };

  test.for(["runExclusive", "held"] as const)(
    "locks whose %s never answers do not keep messages from being taken over",
    async (method) => {
      const tab = new Tabs().open();
      const locks: Locks = {
        hold: (name) => tab.hold(name),
        held: () => tab.held(),
        runExclusive: (name, act) => tab.runExclusive(name, act),
        [method]: never,
      };
      const client = await left(locks);
      await advance(client, 5000);
      await client.join();
      expect(client.takeSent()).toMatchObject([{ text: "left" }]);
      expect(storageErrors(client)).toEqual([
        expect.stringContaining("(locks: no answer in 5 s)"),
      ]);
    },
  );

  test("locks that are granted late are released at once", async () => {
    const tab = new Tabs().open();
    const granted = Promise.withResolvers<void>();
    let isHeld = true;
    const client = await left({
      hold: (name) => tab.hold(name),
      held: () => tab.held(),
      runExclusive: async (_, act) => {
        await granted.promise;
        await act();
        isHeld = false;
      },
    });
    await advance(client, 5000);
    await client.join();
    granted.resolve();
    await flushPromises();
    expect(isHeld).toBe(false);
    expect(client.takeSent()).toHaveLength(1);
  });
});

describe("a token()", () => {
  test("a token() that never answers is called again, and the user sees why", async () => {
    let calls = 0;
    const token = () => (++calls === 1 ? never() : "token-2");
    const client = new TestClient({ token });
    await flushPromises();
    await advance(client, 15_000);
    expect(client.lobby.state).toBe("reconnecting");
    expect(client.lobby.reason).toMatchObject({
      code: "no_token",
      message: expect.stringContaining("no answer in 15 s"),
    });
    expect(client.environment.sockets).toEqual([]);
    await client.environment.advanceToNextAttempt();
    expect((await client.acceptJoin()).token).toBe("token-2");
  });

  test("a token() that answers late does not end a newer attempt", async () => {
    let calls = 0;
    const token = () => (++calls === 1 ? never() : "token-2");
    const client = new TestClient({ token });
    await flushPromises();
    client.lobby.reconnect();
    await client.join();
    await advance(client, 14_000);
    await advance(client, 1000);
    expect(client.lobby.state).toBe("connected");
  });

  test.for([undefined, null, 7, {}, ""])(
    "a user sees that token() returns %o",
    async (given) => {
      const client = new TestClient({
        token: () => given as unknown as string,
      });
      await flushPromises();
      expect(client.lobby.state).toBe("reconnecting");
      expect(client.lobby.reason).toMatchObject({
        code: "no_token",
        message: expect.stringContaining("its result must be a string"),
      });
    },
  );
});
