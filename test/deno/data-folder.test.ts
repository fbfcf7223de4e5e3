// Data folder: one process at a time uses it, it is complete after a stop, and it may be anywhere.
import { cpSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { Client, connect } from "../conformance/support/client.ts";
import { ask } from "../conformance/support/http-client.ts";
import {
  join,
  joinAll,
  joinOn,
  leaveRoom,
} from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { dataFolder, eventually, runOut, serve } from "./support/servers.ts";

describe("two processes", () => {
  test("an operator cannot start two processes with one data folder", async () => {
    const data = dataFolder();
    await serve({ data });
    const alice = await join(uniqueName("lobby"), person("alice"));
    const second = await runOut({ data });
    expect(second.code).toBe(1);
    expect(second.printed).toMatch(/^Another process has the data folder/);
    await alice.sendMessage("still here");
  });

  test.for(["SIGKILL", "SIGTERM"] as const)(
    "an operator starts a second process after %s has ended the first",
    async (signal) => {
      const data = dataFolder();
      const first = await serve({ data });
      const room = uniqueName("lobby");
      const { welcome } = await join(room, person("alice"));
      await first.stop(signal);
      await serve({ data });
      const { body } = await ask(`/rooms/${room}`);
      expect(body).toMatchObject({ epoch: welcome.epoch });
    },
  );
});

describe.for(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test("a signal to stop tells all users to come back, and ends the process in order", async () => {
    const server = await serve({ data: dataFolder() });
    const members = await joinAll(uniqueName("lobby"), "alice", "bob", "carol");
    const idle = await connect(uniqueName("kitchen"));
    const code = server.stop(signal);
    for (const client of [...members, idle])
      expect(await client.closed()).toEqual({
        code: 4000,
        reason: "going away",
      });
    expect(await code).toBe(0);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test("a signal to stop stores what users sent: nobody saw anything that the next process does not know", async () => {
    const data = dataFolder();
    const settings = { RATE_PER_SECOND: 0, FLUSH_CEILING_MS: 1000 };
    const server = await serve({ data, settings });
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    for (let n = 0; n < 500; n++)
      alice.send({ type: "message", text: `word ${n}`, id: `${n}` });
    await bob.next("message");
    await server.stop(signal);
    await Promise.all([alice.closed(), bob.closed()]);
    const seen = bob.inbox.seen.filter(({ type }) => type === "message");
    const acked = alice.inbox.seen.filter(({ type }) => type === "ack");
    await serve({ data, settings });
    const { body } = await ask(`/rooms/${room}`);
    expect(body).toMatchObject({ seq: seen.length });
    // The last ack may be lost with its socket: alice sends the message again
    // to get it.
    expect(acked.length).toBeLessThanOrEqual(seen.length);
  });
});

test("a user who does not read does not keep the process from stopping", async () => {
  const server = await serve({ settings: { RATE_PER_SECOND: 0 } });
  const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
  bob.pause();
  const text = "x".repeat(4000);
  await Promise.all(
    Array.from({ length: 2000 }, () => alice.sendMessage(text)),
  );
  const before = Date.now();
  expect(await server.stop("SIGTERM")).toBe(0);
  expect(Date.now() - before).toBeLessThan(8000);
});

test("an operator copies the folder of a stopped process and opens it elsewhere", async () => {
  const data = dataFolder();
  const first = await serve({ data });
  const room = uniqueName("lobby");
  const [alice, bob] = await joinAll(room, "alice", "bob");
  await bob.sendMessage("before");
  await alice.sendPrivate(bob.name, "psst");
  await bob.next("private");
  await first.stop("SIGTERM");
  const copy = dataFolder();
  cpSync(data, copy, { recursive: true });
  await serve({ data: copy });
  const { epoch } = alice.welcome;
  const again = await join(room, alice.person, { since: 0, epoch });
  expect(again.welcome).toMatchObject({ resumed: true, seq: 1 });
  await again.next("message", { text: "before" });
  const device = await join(room, bob.person, { mailSince: 0 });
  await device.next("private", { text: "psst" });
});

describe("alarms", () => {
  test("names that no user asks for are free in time after a restart", async () => {
    const data = dataFolder();
    const settings = { GUEST_CLAIM_SECONDS: 2, PRESENCE_GRACE_MS: 0 };
    const first = await serve({ data, settings });
    const alice = await join(uniqueName("lobby"), person("alice"));
    await alice.sendMessage("hello");
    await leaveRoom(alice);
    await eventually(() => count(data, "alarm") === 1);
    await first.stop("SIGKILL");
    expect(count(data, "claim")).toBe(1);
    await serve({ data, settings });
    await eventually(() => count(data, "claim") === 0);
    expect(count(data, "alarm")).toBe(0);
    expect(count(data, "log")).toBe(1);
  });
});

function count(data: string, table: string): number {
  const database = new DatabaseSync(`${data}/edge-chat.sqlite`, {
    readOnly: true,
  });
  try {
    const row = database.prepare(`SELECT count(*) AS n FROM ${table}`).get();
    return Number(row?.n);
  } finally {
    database.close();
  }
}

test("users go on in rooms that were closed to save memory", async () => {
  const env = { OPEN_ROOMS: "2" };
  await serve({ env, settings: { PRESENCE_GRACE_MS: 0 } });
  const rooms = Array.from({ length: 12 }, () => uniqueName("lobby"));
  const pairs = [];
  for (const room of rooms) pairs.push(await joinAll(room, "alice", "bob"));
  for (const turn of [1, 2, 3])
    for (const [alice, bob] of pairs) {
      await alice.sendMessage(`turn ${turn}`, `id ${turn}`);
      await bob.next("message", { text: `turn ${turn}`, seq: turn });
    }
  for (const [alice, bob] of pairs) {
    const ack = await alice.sendMessage("other words", "id 2");
    expect(ack).toMatchObject({ seq: 2, duplicate: true });
    await bob.sendPrivate(alice.name, "psst");
    await alice.next("private", { text: "psst" });
    bob.drop();
    await alice.next("left", { username: bob.name });
  }
});

test("a user's join that is in progress when its room is closed is not lost", async () => {
  await serve({ env: { OPEN_ROOMS: "1" } });
  const clients = await Promise.all(
    Array.from({ length: 30 }, () => connect(uniqueName("lobby"))),
  );
  await Promise.all(clients.map((client) => joinOn(client, person("alice"))));
  for (const client of clients) await client.sendMessage("hello");
});

test("a user's socket that sends 33 MiB at once is closed", async () => {
  await serve();
  const alice = await join(uniqueName("lobby"), person("alice"));
  const client = await new Client(uniqueName("lobby")).opened();
  client.send("x".repeat(33 * 1024 * 1024));
  expect(await client.closed()).toHaveProperty("code", 1009);
  await alice.sendMessage("still here");
});
