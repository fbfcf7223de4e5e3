// Changing the secret: kept once the server has it, tried after a lost answer, the same in all tabs.
import { describe, expect, test } from "vitest";
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

/** The secret that is kept, or, without an answer, the new and the old one. */
async function secrets(storage: ChatStorage): Promise<unknown[]> {
  const kept = await storage.list("");
  return kept
    .filter(([key]) => key.endsWith("/secret"))
    .map(([, value]) => value);
}

/** The next start has its token. */
async function nextStart(client: TestClient, name = "next") {
  return new TestClient({ storage: client.storage, name, startAfter: client });
}

describe("a secret that is changed", () => {
  test("is made and kept, and opens from then on", async () => {
    const { client, old } = await joinedClient();
    const done = client.chat.rotate();
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

  test("may be given", async () => {
    const { client } = await joinedClient();
    const done = client.chat.rotate(NEW);
    await flushPromises();
    expect(client.takeSent()).toEqual([{ type: "rotate", token: NEW }]);
    client.serverSends(ROTATED);
    await done;
    expect(await secrets(client.storage)).toEqual([NEW]);
  });

  test("is used by another tab from its next connection on", async () => {
    const { client } = await joinedClient();
    const other = new TestClient({ storage: client.storage, name: "other" });
    await other.join(registered);
    const done = client.chat.rotate(NEW);
    await flushPromises();
    client.serverSends(ROTATED);
    other.serverSends(ROTATED);
    await done;
    expect(other.events).toContainEqual(ROTATED);
    expect((await other.loseConnection()).token).toBe(NEW);
  });

  test("and refused stays as it was", async () => {
    const { client, old } = await joinedClient();
    const done = client.chat.rotate(NEW);
    await flushPromises();
    client.serverSends({ type: "error", code: "forbidden", message: "No." });
    await expect(done).rejects.toMatchObject({ code: "forbidden" });
    await flushPromises();
    expect(await secrets(client.storage)).toEqual([old]);
    expect((await client.loseConnection()).token).toBe(old);
  });

  test("of a name that is not registered is not kept before the answer", async () => {
    const client = new TestClient();
    await client.join();
    client.chat.rotate(NEW).catch(() => {});
    await flushPromises();
    client.serverSends(MEMBERS);
    await flushPromises();
    expect(client.takeSent()).toMatchObject([
      { type: "who" },
      { type: "rotate" },
    ]);
    expect((await secrets(client.storage)).map(String)).not.toContain(NEW);
    // It would claim the name as somebody else.
    const { token } = await (await nextStart(client)).acceptJoin();
    expect(token).not.toBe(NEW);
  });

  test.for([undefined, "", 7])(
    "may not be %o if the app gave it",
    async (given) => {
      const { client } = await joinedClient({
        token: "the-token-of-the-app-itself",
      });
      const wrong = given as unknown as string;
      await expect(client.chat.rotate(wrong)).rejects.toThrow(
        new TypeError("token must be a string."),
      );
      expect(client.takeSent()).toEqual([]);
    },
  );

  test("and given by the app is used, and not kept", async () => {
    const { client } = await joinedClient({
      token: "the-token-of-the-app-itself",
    });
    const done = client.chat.rotate(NEW);
    await flushPromises();
    client.serverSends(ROTATED);
    await done;
    expect((await client.loseConnection()).token).toBe(NEW);
    expect(JSON.stringify(await client.storage.list(""))).not.toContain(NEW);
  });
});

describe("a secret that cannot be kept", () => {
  const fails = () => Promise.reject(new Error("the disk is full"));
  const hangs = () => new Promise<never>(() => {});

  test.for([
    { set: fails },
    { claim: fails },
    { set: hangs },
    { claim: hangs },
  ])("is not asked for: %o", async (broken) => {
    const storage = memoryStorage();
    const mine = { ...storage };
    const { client, old } = await joinedClient({ storage: mine });
    Object.assign(mine, broken);
    const done = client.chat.rotate();
    done.catch(() => {});
    await flushPromises();
    await client.environment.advance(15_000);
    await expect(done).rejects.toMatchObject({ code: "storage" });
    expect(client.takeSent().map(({ type }) => type)).not.toContain("rotate");
    expect((await client.loseConnection()).token).toBe(old);
    // Nor does the next process come in as somebody else.
    Object.assign(mine, storage);
    const after = await nextStart(client);
    let { token } = await after.acceptJoin();
    if (token !== old) {
      after.serverSends(TAKEN);
      ({ token } = await after.acceptJoin());
    }
    expect(token).toBe(old);
  });

  test("is not asked for either before it is known whose the name is", async () => {
    const mine = { ...memoryStorage() };
    const client = new TestClient({ storage: mine });
    await client.acceptJoin();
    mine.set = fails;
    const done = client.chat.rotate();
    done.catch(() => {});
    await flushPromises();
    client.serverSends(welcome(registered));
    await flushPromises();
    expect(client.takeSent()).toEqual([{ type: "who" }]);
    client.serverSends(MEMBERS);
    await expect(done).rejects.toMatchObject({ code: "storage" });
    expect(client.takeSent()).toEqual([]);
  });

  test("is of no matter if the app keeps its own", async () => {
    const token = "the-token-of-the-app-itself";
    const { client } = await joinedClient({
      token,
      storage: { ...memoryStorage(), set: fails, claim: fails },
    });
    const done = client.chat.rotate(NEW);
    await flushPromises();
    client.serverSends(ROTATED);
    expect(await done).toMatchObject({ token: NEW });
  });
});

describe("an answer that is lost", () => {
  test("though the secret has changed: the new one opens, and is kept", async () => {
    const { client } = await joinedClient();
    const done = client.chat.rotate(NEW);
    await flushPromises();
    client.takeSent();
    expect((await client.loseConnection()).token).toBe(NEW);
    client.serverSends(resumedWelcome(registered));
    expect(client.takeSent()).toEqual([{ type: "rotate", token: NEW }]);
    client.serverSends(ROTATED);
    expect(await done).toMatchObject({ token: NEW });
    expect(await secrets(client.storage)).toEqual([NEW]);
  });

  test("and the secret has not: the old one is tried after it", async () => {
    const { client, old } = await joinedClient();
    const done = client.chat.rotate(NEW);
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

  test.for([true, false])("by a crash, and it has changed: %o", async (has) => {
    const { client: before, old } = await joinedClient({
      storage: memoryStorage(),
    });
    before.chat.rotate(NEW).catch(() => {});
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
  });

  test("is found out by each of several rooms", async () => {
    const { client: before, old } = await joinedClient();
    before.chat.rotate(NEW).catch(() => {});
    await flushPromises();
    const client = await nextStart(before);
    const kitchen = client.chat.join("kitchen");
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

  test("and neither opens: then the name is somebody else's", async () => {
    const { client: before } = await joinedClient();
    before.chat.rotate(NEW).catch(() => {});
    await flushPromises();
    const client = await nextStart(before);
    await client.acceptJoin();
    client.serverSends(TAKEN);
    await client.acceptJoin();
    client.serverSends(TAKEN);
    expect(client.chat.state).toBe("failed");
  });
});
