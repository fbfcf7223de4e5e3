// Host: it closes slow connections, evicts idle rooms, and limits a failure to the connections concerned.
import { describe, expect, test, vi } from "vitest";
import type { Database } from "../../src/deno/database.ts";
import { PING, PONG } from "../../src/protocol/framing.ts";
import * as LIMITS from "../../src/protocol/limits.ts";
import {
  joinGuest,
  openDatabase,
  openHost,
  settled,
  soon,
} from "./support/fakes.ts";

describe("a client that does not read", () => {
  test.each([
    ["x", 1],
    // The same number of bytes in a third of the characters.
    ["李", 3],
  ])(
    "a user who does not read messages of the letter %s is closed as slow, and what waits is dropped",
    async (letter, bytes) => {
      const host = openHost({ settings: { RATE_PER_SECOND: 0 } });
      const alice = await joinGuest(host, "lobby", "alice");
      const bob = await joinGuest(host, "lobby", "bob");
      bob.socket.isStuck = true;
      const text = letter.repeat(4000);
      const frames = Math.ceil(LIMITS.unreadBytesMax / (4000 * bytes)) + 200;
      for (let n = 0; n < frames; n++) {
        alice.send({ type: "message", text });
        if (n % 10 === 0) await settled(2);
      }
      await soon(() =>
        expect(bob.socket.closed).toEqual({ code: 4001, reason: "slow" }),
      );
      // The socket has no more bytes than its limit.
      expect(bob.socket.bufferedAmount).toBeLessThan(600 * 1024);
      expect(alice.socket.closed).toBeNull();
    },
  );

  test("a user who reads again gets all of it in order", async () => {
    const host = openHost({ settings: { RATE_PER_SECOND: 0 } });
    const alice = await joinGuest(host, "lobby", "alice");
    const bob = await joinGuest(host, "lobby", "bob");
    bob.socket.isStuck = true;
    const text = "x".repeat(4000);
    for (let n = 0; n < 300; n++) alice.send({ type: "message", text });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = bob.socket.of("message").length;
    expect(before).toBeLessThan(300);
    bob.socket.isStuck = false;
    bob.socket.bufferedAmount = 0;
    await soon(() =>
      expect(bob.socket.of("message").map(({ seq }) => seq)).toEqual(
        Array.from({ length: 300 }, (_, n) => n + 1),
      ),
    );
  });

  test("a user who does not read and is closed for another reason still gets the last frames", async () => {
    const host = openHost({ settings: { RATE_PER_SECOND: 0 } });
    const alice = await joinGuest(host, "lobby", "alice");
    const bob = await joinGuest(host, "lobby", "bob");
    bob.socket.isStuck = true;
    const text = "x".repeat(4000);
    for (let n = 0; n < 300; n++) alice.send({ type: "message", text });
    await new Promise((resolve) => setTimeout(resolve, 200));
    bob.peer.close("replaced", Date.now());
    expect(bob.socket.closed).toBeNull();
    bob.socket.isStuck = false;
    bob.socket.bufferedAmount = 0;
    await soon(() =>
      expect(bob.socket.closed).toEqual({ code: 4503, reason: "replaced" }),
    );
    expect(bob.socket.of("message")).toHaveLength(300);
  });
});

test("a private message of a user to another room is one commit", async () => {
  const database = openDatabase();
  const host = openHost({ database });
  const alice = await joinGuest(host, "lobby", "alice");
  const bob = await joinGuest(host, "kitchen", "bob");
  const queries = vi.spyOn(database, "exec");
  alice.send({ type: "private", to: "bob", text: "psst" });
  await settled(1);
  expect(bob.socket.of("private")).toMatchObject([{ text: "psst" }]);
  expect(alice.socket.of("ack")).toMatchObject([{ delivered: true }]);
  const commits = queries.mock.calls.filter(([query]) => query === "COMMIT");
  expect(commits).toHaveLength(1);
});

describe("pings", () => {
  test("a user's ping of exactly these bytes is answered by the host", async () => {
    const host = openHost();
    const alice = await joinGuest(host, "lobby", "alice");
    alice.socket.frames.length = 0;
    host.received(alice.peer, PING);
    expect(alice.socket.frames).toEqual([PONG]);
    expect(alice.peer.pingedAt).toBeGreaterThan(Date.now() - 1000);
    host.received(alice.peer, ` ${PING}`);
    expect(alice.socket.frames).toEqual([PONG]);
  });
});

describe("when storage fails", () => {
  test("a user whose message cannot be stored is told to come back, and nobody else notices", async () => {
    const database = openDatabase();
    const host = openHost({ database });
    const alice = await joinGuest(host, "lobby", "alice");
    const bob = await joinGuest(host, "lobby", "bob");
    const carol = await joinGuest(host, "kitchen", "carol");
    database.exec("ALTER TABLE log RENAME TO elsewhere");
    alice.send({ type: "message", text: "lost" });
    await settled();
    expect(alice.socket.closed).toEqual({ code: 4002, reason: "restarted" });
    expect(bob.socket.closed).toBeNull();
    expect(bob.socket.of("message")).toEqual([]);
    expect(alice.socket.of("ack")).toEqual([]);
    expect(carol.socket.closed).toBeNull();
    database.exec("ALTER TABLE elsewhere RENAME TO log");
    carol.send({ type: "message", text: "still here" });
    await settled();
    expect(carol.socket.of("ack")).toMatchObject([{ seq: 1 }]);
    const again = await joinGuest(host, "lobby", "dave");
    again.send({ type: "message", text: "still here" });
    await settled();
    expect(again.socket.of("ack")).toMatchObject([{ seq: 1 }]);
    expect(bob.socket.of("message")).toMatchObject([{ text: "still here" }]);
  });

  test.for([1, 5])(
    "a full disk closes users who write, and loses nothing that was acked (%i at once)",
    async (count) => {
      const database = openDatabase();
      const settings = { RATE_PER_SECOND: 0, FLUSH_CEILING_MS: 0 };
      const host = openHost({ database, settings });
      const alice = await joinGuest(host, "lobby", "alice");
      const bob = await joinGuest(host, "lobby", "bob");
      const [pages] = database.exec("PRAGMA page_count");
      database.exec(`PRAGMA max_page_count = ${Number(pages?.page_count) + 3}`);
      const text = "x".repeat(4000);
      for (let n = 0; alice.socket.closed === null && n < 100; n++) {
        for (let i = 0; i < count; i++)
          alice.send({ type: "message", text, id: `${n} ${i}` });
        await settled();
      }
      expect(host.checkStorage()).toBe("full");
      expect(alice.socket.closed).toMatchObject({ code: 4002 });
      expect(bob.socket.closed).toBeNull();
      const acked = alice.socket.of("ack").length;
      expect(bob.socket.of("message")).toHaveLength(acked);
      database.exec("PRAGMA max_page_count = 4294967294");
      const again = await joinGuest(host, "lobby", "carol");
      again.send({ type: "message", text: "there is room again" });
      await settled();
      expect(again.socket.of("ack")).toMatchObject([{ seq: acked + 1 }]);
      expect(host.checkStorage()).toBeNull();
      expect(bob.socket.of("message").at(-1)).toMatchObject({
        text: "there is room again",
      });
    },
  );

  test("users who only read are told that the sender has gone, and later comes back", async () => {
    const database = openDatabase();
    const settings = { PRESENCE_GRACE_MS: 0 };
    const host = openHost({ database, settings });
    const alice = await joinGuest(host, "lobby", "alice");
    const bob = await joinGuest(host, "lobby", "bob");
    refuseMessages(database);
    alice.send({ type: "message", text: "lost" });
    await settled();
    expect(bob.socket.of("left")).toMatchObject([{ username: "alice" }]);
    database.exec("DROP TRIGGER refused");
    const again = await joinGuest(host, "lobby", "carol");
    again.send({ type: "who" });
    await settled();
    expect(again.socket.of("members")).toMatchObject([
      { members: ["bob", "carol"] },
    ]);
  });

  test("a user who leaves while storage fails does not stay in the list of members", async () => {
    const database = openDatabase();
    const settings = { PRESENCE_GRACE_MS: 50 };
    const host = openHost({ database, settings });
    const alice = await joinGuest(host, "lobby", "alice");
    const bob = await joinGuest(host, "lobby", "bob");
    const carol = await joinGuest(host, "lobby", "carol");
    refuseMessages(database);
    host.closed(carol.peer, 1001);
    await settled(1);
    alice.send({ type: "message", text: "lost" });
    await soon(() =>
      expect(
        bob.socket
          .of("left")
          .map(({ username }) => String(username))
          .sort(),
      ).toEqual(["alice", "carol"]),
    );
    expect(bob.socket.closed).toBeNull();
  });

  test("users who only came and went while storage fails are not kept in memory", async () => {
    const settings = { PRESENCE_GRACE_MS: 0 };
    const host = openHost({ settings });
    const bob = await joinGuest(host, "lobby", "bob");
    for (let n = 0; n < 5; n++) {
      const { peer } = await joinGuest(host, "lobby", `user${n}`);
      host.closed(peer, 1000);
      await settled();
    }
    bob.send({ type: "who" });
    await settled();
    expect(bob.socket.of("members")).toMatchObject([{ members: ["bob"] }]);
  });

  test("a user's question to a room that fails gets an error", async () => {
    const database = openDatabase();
    const host = openHost({ database });
    await joinGuest(host, "lobby", "alice");
    database.exec("ALTER TABLE room RENAME TO elsewhere");
    const answer = host.ask({ kind: "room", name: "attic" }, [
      { type: "info" },
    ]);
    await expect(answer).rejects.toThrow("did not answer");
    database.exec("ALTER TABLE elsewhere RENAME TO room");
    const reply = host.ask({ kind: "room", name: "attic" }, [{ type: "info" }]);
    await expect(reply).resolves.toMatchObject([{ type: "info", seq: 0 }]);
  });

  test("an alarm for a name that fails is repeated later, and stops no other user's alarm", async () => {
    const database = openDatabase();
    const settings = { GUEST_CLAIM_SECONDS: 0.3, PRESENCE_GRACE_MS: 0 };
    const host = openHost({ database, settings });
    for (const name of ["alice", "bob"]) {
      const { peer } = await joinGuest(host, "lobby", name);
      host.closed(peer, 1000);
    }
    await settled();
    const due = database.exec("SELECT name FROM alarm");
    expect(due).toHaveLength(2);
    database.exec(
      "CREATE TRIGGER broken BEFORE DELETE ON claim WHEN old.username = 'alice' BEGIN SELECT raise(ABORT, 'broken'); END",
    );
    await soon(() =>
      expect(database.exec("SELECT key FROM claim")).toHaveLength(1),
    );
    await soon(() => {
      const [alarm] = database.exec("SELECT at FROM alarm");
      expect(alarm?.at).toBeGreaterThan(Date.now() + 10_000);
    });
  });
});

describe("open rooms", () => {
  test("few rooms stay open however many users touch", async () => {
    const host = openHost({ openMax: 20, settings: { PRESENCE_GRACE_MS: 0 } });
    for (let n = 0; n < 300; n++) {
      const { peer, send } = await joinGuest(host, `room-${n}`, `user${n}`);
      send({ type: "message", text: "hello" });
      await settled();
      host.closed(peer, 1000);
      await settled();
      expect(host.openCount).toBeLessThanOrEqual(23);
    }
    const reply = await host.ask({ kind: "room", name: "room-7" }, [
      { type: "info" },
    ]);
    expect(reply).toMatchObject([{ seq: 1, count: 0 }]);
  });

  test("rooms with users in them are closed too, and nobody notices", async () => {
    const host = openHost({ openMax: 4 });
    const guests = [];
    for (let n = 0; n < 40; n++)
      guests.push(await joinGuest(host, `room-${n}`, `user${n}`));
    expect(host.openCount).toBeLessThanOrEqual(6);
    for (const { send, socket } of guests) {
      send({ type: "who" });
      send({ type: "message", text: "hello" });
      await settled();
      expect(socket.of("members")).toMatchObject([{ count: 1 }]);
      expect(socket.of("ack")).toMatchObject([{ seq: 1 }]);
    }
  });

  test("closed rooms are still told that a user has gone", async () => {
    const host = openHost({ openMax: 1, settings: { PRESENCE_GRACE_MS: 0 } });
    const alice = await joinGuest(host, "lobby", "alice");
    const bob = await joinGuest(host, "lobby", "bob");
    for (let n = 0; n < 5; n++) await joinGuest(host, `room-${n}`, `user${n}`);
    host.closed(bob.peer, 1006);
    await settled();
    expect(alice.socket.of("left")).toMatchObject([{ username: "bob" }]);
  });
});

/** From now on no room can store messages, but each can read its own. */
function refuseMessages(database: Database): void {
  database.exec(
    "CREATE TRIGGER refused BEFORE INSERT ON log BEGIN SELECT raise(ABORT, 'refused'); END",
  );
}
