// Rotate: tests that a new secret is stored in time, and found again after a lost answer.
import { describe, expect, test } from "vitest";
// Loaded here, since the client loads it on demand.
import "../../src/client/rotate.ts";
import { type ChatStorage, memoryStorage } from "../../src/client/storage.ts";
import { flushPromises } from "./support/fake-environment.ts";
import {
  resumedWelcome,
  TestClient,
  type TestClientOptions,
  welcome,
} from "./support/test-client.ts";

const NEW = "a-new-secret-of-22-chars";
const ROTATED = { type: "rotated", username: "alice", until: 9000 };
const MEMBERS = { type: "members", members: ["alice"], count: 1, more: false };
const TAKEN = { type: "error", code: "username_taken", message: "No." };
const registered = { registered: 9_000_000_000_000 };

async function joinedClient(options: TestClientOptions = {}) {
  const client = new TestClient(options);
  const { token } = await client.join(registered);
  return { client, old: String(token) };
}

/** The stored secret; before the answer, the new and the old one. */
async function secrets(storage: ChatStorage): Promise<unknown[]> {
  const kept = await storage.list("");
  return kept
    .filter(([key]) => key.endsWith("/secret"))
    .map(([, value]) => value);
}

/** The next start with the same storage. */
async function nextStart(client: TestClient, name = "next") {
  return new TestClient({ storage: client.storage, name, startAfter: client });
}

describe("rotating the secret", () => {
  test("a new secret is made and stored, and used from then on", async () => {
    const { client, old } = await joinedClient();
    const done = client.sdk.rotate();
    await flushPromises();
    const [frame] = client.takeSent();
    expect(frame).toEqual({ type: "rotate", token: expect.any(String) });
    expect(frame?.token).not.toBe(old);
    expect(await secrets(client.storage)).toEqual([[frame?.token, old]]);
    client.serverSends(ROTATED);
    expect(await done).toEqual({ ...ROTATED, token: frame?.token });
    expect(await secrets(client.storage)).toEqual([frame?.token]);
    expect((await client.loseConnection()).token).toBe(frame?.token);
    expect((await (await nextStart(client)).acceptJoin()).token).toBe(
      frame?.token,
    );
  });

  test("an app can give the new secret", async () => {
    const { client } = await joinedClient();
    const done = client.sdk.rotate(NEW);
    await flushPromises();
    expect(client.takeSent()).toEqual([{ type: "rotate", token: NEW }]);
    client.serverSends(ROTATED);
    await done;
    expect(await secrets(client.storage)).toEqual([NEW]);
  });

  test("another tab uses the new secret at its next connection", async () => {
    const { client } = await joinedClient();
    const other = new TestClient({ storage: client.storage, name: "other" });
    await other.join(registered);
    const done = client.sdk.rotate(NEW);
    await flushPromises();
    client.serverSends(ROTATED);
    other.serverSends(ROTATED);
    await done;
    expect(other.events).toContainEqual(ROTATED);
    expect((await other.loseConnection()).token).toBe(NEW);
  });

  test("a refused rotation keeps the old secret", async () => {
    const { client, old } = await joinedClient();
    const done = client.sdk.rotate(NEW);
    await flushPromises();
    client.serverSends({ type: "error", code: "forbidden", message: "No." });
    await expect(done).rejects.toMatchObject({ code: "forbidden" });
    await flushPromises();
    expect(await secrets(client.storage)).toEqual([old]);
    expect((await client.loseConnection()).token).toBe(old);
  });

  test("the new secret of an unregistered name is not stored before the answer", async () => {
    const client = new TestClient();
    await client.join();
    client.sdk.rotate(NEW).catch(() => {});
    await flushPromises();
    client.serverSends(MEMBERS);
    await flushPromises();
    expect(client.takeSent()).toMatchObject([
      { type: "who" },
      { type: "rotate" },
    ]);
    expect((await secrets(client.storage)).map(String)).not.toContain(NEW);
    // The new secret would claim the name as another user.
    const { token } = await (await nextStart(client)).acceptJoin();
    expect(token).not.toBe(NEW);
  });

  test.for([undefined, "", 7])(
    "rotate refuses %o if the app gave the old secret",
    async (given) => {
      const { client } = await joinedClient({
        token: "the-token-of-the-app-itself",
      });
      const wrong = given as unknown as string;
      await expect(client.sdk.rotate(wrong)).rejects.toThrow(
        new TypeError("token must be a string."),
      );
      expect(client.takeSent()).toEqual([]);
    },
  );

  test("a new secret that the app gave is used, and not stored", async () => {
    const { client } = await joinedClient({
      token: "the-token-of-the-app-itself",
    });
    const done = client.sdk.rotate(NEW);
    await flushPromises();
    client.serverSends(ROTATED);
    await done;
    expect((await client.loseConnection()).token).toBe(NEW);
    expect(JSON.stringify(await client.storage.list(""))).not.toContain(NEW);
  });
});

describe("a secret that cannot be stored", () => {
  const fails = () => Promise.reject(new Error("the disk is full"));
  const hangs = () => new Promise<never>(() => {});

  test.for([
    { set: fails },
    { claim: fails },
    { set: hangs },
    { claim: hangs },
  ])(
    "rotate sends nothing if the new secret cannot be stored: %o",
    async (broken) => {
      const storage = memoryStorage();
      const mine = { ...storage };
      const { client, old } = await joinedClient({ storage: mine });
      Object.assign(mine, broken);
      const done = client.sdk.rotate();
      done.catch(() => {});
      await flushPromises();
      await client.environment.advance(15_000);
      await expect(done).rejects.toMatchObject({ code: "storage" });
      expect(client.takeSent().map(({ type }) => type)).not.toContain("rotate");
      expect((await client.loseConnection()).token).toBe(old);
      // The next process has the old identity too.
      Object.assign(mine, storage);
      const after = await nextStart(client);
      let { token } = await after.acceptJoin();
      if (token !== old) {
        after.serverSends(TAKEN);
        ({ token } = await after.acceptJoin());
      }
      expect(token).toBe(old);
    },
  );

  test("rotate sends nothing if the new secret cannot be stored, though the registration was not known", async () => {
    const mine = { ...memoryStorage() };
    const client = new TestClient({ storage: mine });
    await client.acceptJoin();
    mine.set = fails;
    const done = client.sdk.rotate();
    done.catch(() => {});
    await flushPromises();
    client.serverSends(welcome(registered));
    await flushPromises();
    expect(client.takeSent()).toEqual([{ type: "who" }]);
    client.serverSends(MEMBERS);
    await expect(done).rejects.toMatchObject({ code: "storage" });
    expect(client.takeSent()).toEqual([]);
  });

  test("an app that keeps its own secret can rotate it without a storage", async () => {
    const token = "the-token-of-the-app-itself";
    const { client } = await joinedClient({
      token,
      storage: { ...memoryStorage(), set: fails, claim: fails },
    });
    const done = client.sdk.rotate(NEW);
    await flushPromises();
    client.serverSends(ROTATED);
    expect(await done).toMatchObject({ token: NEW });
  });
});

describe("a lost answer", () => {
  test("after a lost answer the new secret opens the name, and is stored", async () => {
    const { client } = await joinedClient();
    const done = client.sdk.rotate(NEW);
    await flushPromises();
    client.takeSent();
    expect((await client.loseConnection()).token).toBe(NEW);
    client.serverSends(resumedWelcome(registered));
    expect(client.takeSent()).toEqual([{ type: "rotate", token: NEW }]);
    client.serverSends(ROTATED);
    expect(await done).toMatchObject({ token: NEW });
    expect(await secrets(client.storage)).toEqual([NEW]);
  });

  test("after a lost answer the old secret is tried if the new one is refused", async () => {
    const { client, old } = await joinedClient();
    const done = client.sdk.rotate(NEW);
    await flushPromises();
    client.takeSent();
    expect((await client.loseConnection()).token).toBe(NEW);
    client.serverSends(TAKEN);
    expect((await client.acceptJoin()).token).toBe(old);
    client.serverSends(resumedWelcome(registered));
    expect(client.takeSent()).toEqual([{ type: "rotate", token: NEW }]);
    client.serverSends(ROTATED);
    expect(await done).toMatchObject({ token: NEW });
    expect(client.states).not.toContain("failed");
  });

  test.for([true, false])(
    "after a crash the right secret is found, whether it has changed: %o",
    async (has) => {
      const { client: before, old } = await joinedClient({
        storage: memoryStorage(),
      });
      before.sdk.rotate(NEW).catch(() => {});
      await flushPromises();
      const client = await nextStart(before);
      expect((await client.acceptJoin()).token).toBe(NEW);
      if (!has) {
        client.serverSends(TAKEN);
        expect((await client.acceptJoin()).token).toBe(old);
      }
      client.serverSends(resumedWelcome(registered));
      await flushPromises();
      const right = has ? NEW : old;
      expect(await secrets(client.storage)).toEqual([right]);
      expect((await client.loseConnection()).token).toBe(right);
    },
  );

  test("each of several rooms finds the right secret", async () => {
    const { client: before, old } = await joinedClient();
    before.sdk.rotate(NEW).catch(() => {});
    await flushPromises();
    const client = await nextStart(before);
    const kitchen = client.sdk.join("kitchen");
    await flushPromises();
    const { sockets } = client.environment;
    expect(sockets).toHaveLength(2);
    for (const socket of [...sockets]) {
      socket.accept();
      expect(socket.takeSent()).toMatchObject([{ token: NEW }]);
    }
    for (const socket of [...sockets]) socket.serverSends(TAKEN);
    await flushPromises();
    expect(sockets).toHaveLength(4);
    for (const socket of sockets.slice(2)) {
      socket.accept();
      expect(socket.takeSent()).toMatchObject([{ token: old }]);
    }
    expect(kitchen.state).toBe("connecting");
  });

  test("a join fails if neither secret opens the name", async () => {
    const { client: before } = await joinedClient();
    before.sdk.rotate(NEW).catch(() => {});
    await flushPromises();
    const client = await nextStart(before);
    await client.acceptJoin();
    client.serverSends(TAKEN);
    await client.acceptJoin();
    client.serverSends(TAKEN);
    expect(client.lobby.state).toBe("failed");
  });
});
