// What a user does to their name, and whom they block: asked, answered, and told by their other connections.
import { describe, expect, test } from "vitest";
import { BOB, resumedWelcome, TestClient } from "./support/test-client.ts";

const bob = { user: BOB, username: "bob" };
const eventsOfType = (client: TestClient, type: string) =>
  client.events.filter((event) => event.type === type);

describe("a name", () => {
  test("is registered, and known to be until when", async () => {
    const client = new TestClient();
    await client.join();
    expect(client.chat.registered).toBe(null);
    const registered = client.chat.register();
    expect(client.takeSent()).toEqual([{ type: "register" }]);
    const answer = { type: "registered", username: "alice", until: 5000 };
    client.serverSends(answer);
    expect(await registered).toEqual(answer);
    expect(client.chat.getSnapshot().registered).toBe(5000);
    expect(eventsOfType(client, "registered")).toEqual([answer]);
  });

  test("that may not be registered says why", async () => {
    const client = new TestClient();
    await client.join();
    const registered = client.chat.register();
    client.serverSends({ type: "error", code: "forbidden", message: "No." });
    await expect(registered).rejects.toMatchObject({ code: "forbidden" });
    expect(client.chat.registered).toBe(null);
  });

  test("is given up", async () => {
    const client = new TestClient();
    await client.join({ registered: 5000 });
    expect(client.chat.registered).toBe(5000);
    const released = client.chat.release();
    expect(client.takeSent()).toEqual([{ type: "release" }]);
    const answer = { type: "released", username: "alice", restsUntil: 9000 };
    client.serverSends(answer);
    expect(await released).toEqual(answer);
    expect(client.chat.registered).toBe(null);
  });

  test("is registered elsewhere: a question of ours stays open", async () => {
    const client = new TestClient();
    await client.join();
    const who = client.chat.listMembers();
    client.serverSends({ type: "registered", username: "alice", until: 5000 });
    expect(client.chat.registered).toBe(5000);
    client.serverSends({
      type: "members",
      members: ["alice"],
      count: 1,
      more: false,
    });
    expect(await who).toMatchObject({ members: ["alice"] });
  });

  test("whose secret was changed elsewhere is told", async () => {
    const client = new TestClient();
    await client.join();
    const rotated = { type: "rotated", username: "alice", until: 7000 };
    client.serverSends(rotated);
    expect(eventsOfType(client, "rotated")).toEqual([rotated]);
  });
});

describe("somebody", () => {
  test("is blocked by what they said, and not any more", async () => {
    const client = new TestClient();
    await client.join();
    const said = { ...bob, text: "what they said", seq: 1 };
    const blocked = client.chat.block(said);
    expect(client.takeSent()).toEqual([{ type: "block", ...bob }]);
    client.serverSends({ type: "blocked", blocked: [bob] });
    expect(await blocked).toEqual({ type: "blocked", blocked: [bob] });
    const before = client.chat.getSnapshot();
    expect(before.blocked).toEqual([bob]);
    const unblocked = client.chat.unblock({ user: BOB });
    expect(client.takeSent()).toEqual([{ type: "unblock", user: BOB }]);
    client.serverSends({ type: "blocked", blocked: [] });
    expect((await unblocked).blocked).toEqual([]);
    expect(client.chat.getSnapshot().blocked).toEqual([]);
    expect(before.blocked).toEqual([bob]);
    expect(eventsOfType(client, "blocked")).toHaveLength(2);
  });

  test("is blocked by a name that nobody has", async () => {
    const client = new TestClient();
    await client.join();
    const blocked = client.chat.block({ username: "nobody" });
    client.serverSends({ type: "error", code: "no_such_user", message: "No." });
    await expect(blocked).rejects.toMatchObject({ code: "no_such_user" });
  });

  test("was blocked before, as the welcome says each time", async () => {
    const client = new TestClient();
    await client.join({ blocked: [bob] });
    expect(client.chat.blocked).toEqual([bob]);
    await client.loseConnection();
    client.serverSends(resumedWelcome({}));
    expect(client.chat.blocked).toEqual([]);
  });

  test("of whom nobody can say who it is costs nothing", async () => {
    const client = new TestClient();
    await client.join({ blocked: [bob, null, 1, {}] });
    expect(client.chat.blocked).toEqual([bob]);
    client.serverSends({ type: "blocked", blocked: ["x", bob] });
    expect(client.chat.blocked).toEqual([bob]);
  });

  test("is blocked in all rooms at once", async () => {
    const client = new TestClient();
    await client.join();
    const kitchen = client.chat.join("kitchen");
    await client.join({ room: "kitchen" });
    client.serverSends({ type: "blocked", blocked: [bob] });
    expect(client.chat.blocked).toEqual([bob]);
    expect(kitchen.blocked).toEqual([bob]);
  });
});
