// Account: tests registered names and the block list, over all connections of a user.
import { describe, expect, test } from "vitest";
import { BOB, resumedWelcome, TestClient } from "./support/test-client.ts";

const bob = { user: BOB, username: "bob" };
const eventsOfType = (client: TestClient, type: string) =>
  client.events.filter((event) => event.type === type);

describe("a name", () => {
  test("a user registers their name, and sees until when", async () => {
    const client = new TestClient();
    await client.join();
    expect(client.sdk.registered).toBe(null);
    const registered = client.sdk.register();
    expect(client.takeSent()).toEqual([{ type: "register" }]);
    const answer = { type: "registered", username: "alice", until: 5000 };
    client.serverSends(answer);
    expect(await registered).toEqual(answer);
    expect(client.sdk.getSnapshot().registered).toBe(5000);
    expect(eventsOfType(client, "registered")).toEqual([answer]);
  });

  test("a refused registration rejects with its code", async () => {
    const client = new TestClient();
    await client.join();
    const registered = client.sdk.register();
    client.serverSends({ type: "error", code: "forbidden", message: "No." });
    await expect(registered).rejects.toMatchObject({ code: "forbidden" });
    expect(client.sdk.registered).toBe(null);
  });

  test("a user releases their name", async () => {
    const client = new TestClient();
    await client.join({ registered: 5000 });
    expect(client.sdk.registered).toBe(5000);
    const released = client.sdk.release();
    expect(client.takeSent()).toEqual([{ type: "release" }]);
    const answer = { type: "released", username: "alice", restsUntil: 9000 };
    client.serverSends(answer);
    expect(await released).toEqual(answer);
    expect(client.sdk.registered).toBe(null);
  });

  test("a registration by another connection leaves a pending request open", async () => {
    const client = new TestClient();
    await client.join();
    const who = client.lobby.listMembers();
    client.serverSends({ type: "registered", username: "alice", until: 5000 });
    expect(client.sdk.registered).toBe(5000);
    client.serverSends({
      type: "members",
      members: ["alice"],
      count: 1,
      more: false,
    });
    expect(await who).toMatchObject({ members: ["alice"] });
  });

  test("a user sees that another connection has rotated the secret", async () => {
    const client = new TestClient();
    await client.join();
    const rotated = { type: "rotated", username: "alice", until: 7000 };
    client.serverSends(rotated);
    expect(eventsOfType(client, "rotated")).toEqual([rotated]);
  });
});

describe("a block list", () => {
  test("a user blocks the author of a message, and unblocks them", async () => {
    const client = new TestClient();
    await client.join();
    const message = { ...bob, text: "what they said", seq: 1 };
    const blocked = client.sdk.block(message);
    expect(client.takeSent()).toEqual([{ type: "block", ...bob }]);
    client.serverSends({ type: "blocked", blocked: [bob] });
    expect(await blocked).toEqual({ type: "blocked", blocked: [bob] });
    const before = client.sdk.getSnapshot();
    expect(before.blocked).toEqual([bob]);
    const unblocked = client.sdk.unblock({ user: BOB });
    expect(client.takeSent()).toEqual([{ type: "unblock", user: BOB }]);
    client.serverSends({ type: "blocked", blocked: [] });
    expect((await unblocked).blocked).toEqual([]);
    expect(client.sdk.getSnapshot().blocked).toEqual([]);
    expect(before.blocked).toEqual([bob]);
    expect(eventsOfType(client, "blocked")).toHaveLength(2);
  });

  test("blocking a name that nobody has rejects", async () => {
    const client = new TestClient();
    await client.join();
    const blocked = client.sdk.block({ username: "nobody" });
    client.serverSends({ type: "error", code: "no_such_user", message: "No." });
    await expect(blocked).rejects.toMatchObject({ code: "no_such_user" });
  });

  test("the block list is that of the last welcome", async () => {
    const client = new TestClient();
    await client.join({ blocked: [bob] });
    expect(client.sdk.blocked).toEqual([bob]);
    await client.loseConnection();
    client.serverSends(resumedWelcome({}));
    expect(client.sdk.blocked).toEqual([]);
  });

  test("malformed entries of a block list are ignored", async () => {
    const client = new TestClient();
    await client.join({ blocked: [bob, null, 1, {}] });
    expect(client.sdk.blocked).toEqual([bob]);
    client.serverSends({ type: "blocked", blocked: ["x", bob] });
    expect(client.sdk.blocked).toEqual([bob]);
  });

  test("a user who is blocked in one room is blocked in all rooms", async () => {
    const client = new TestClient();
    await client.join();
    const lobby = client.environment.socket;
    client.sdk.join("kitchen");
    await client.join({ room: "kitchen" });
    for (const socket of [lobby, client.environment.socket])
      socket.serverSends({ type: "blocked", blocked: [bob] });
    expect(client.sdk.blocked).toEqual([bob]);
    expect(eventsOfType(client, "blocked")).toHaveLength(1);
  });
});
