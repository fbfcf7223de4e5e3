// What a user does to their name, and whom they block: asked, answered, and told by their other connections.
import { describe, expect, test } from "vitest";
import { BOB, Room, resumed } from "./room.ts";

const bob = { user: BOB, username: "bob" };
const told = (room: Room, type: string) =>
  room.told.filter((event) => event.type === type);

describe("a name", () => {
  test("is registered, and known to be until when", async () => {
    const room = new Room();
    await room.enters();
    expect(room.chat.registered).toBe(null);
    const registered = room.chat.register();
    expect(room.sent()).toEqual([{ type: "register" }]);
    const answer = { type: "registered", username: "alice", until: 5000 };
    room.says(answer);
    expect(await registered).toEqual(answer);
    expect(room.chat.getSnapshot().registered).toBe(5000);
    expect(told(room, "registered")).toEqual([answer]);
  });

  test("that may not be registered says why", async () => {
    const room = new Room();
    await room.enters();
    const registered = room.chat.register();
    room.says({ type: "error", code: "forbidden", message: "No." });
    await expect(registered).rejects.toMatchObject({ code: "forbidden" });
    expect(room.chat.registered).toBe(null);
  });

  test("is given up", async () => {
    const room = new Room();
    await room.enters({ registered: 5000 });
    expect(room.chat.registered).toBe(5000);
    const released = room.chat.release();
    expect(room.sent()).toEqual([{ type: "release" }]);
    const answer = { type: "released", username: "alice", restsUntil: 9000 };
    room.says(answer);
    expect(await released).toEqual(answer);
    expect(room.chat.registered).toBe(null);
  });

  test("is registered elsewhere: a question of ours stays open", async () => {
    const room = new Room();
    await room.enters();
    const who = room.chat.who();
    room.says({ type: "registered", username: "alice", until: 5000 });
    expect(room.chat.registered).toBe(5000);
    room.says({ type: "members", members: ["alice"], count: 1, more: false });
    expect(await who).toMatchObject({ members: ["alice"] });
  });

  test("whose secret was changed elsewhere is told", async () => {
    const room = new Room();
    await room.enters();
    const rotated = { type: "rotated", username: "alice", until: 7000 };
    room.says(rotated);
    expect(told(room, "rotated")).toEqual([rotated]);
  });
});

describe("somebody", () => {
  test("is blocked by what they said, and not any more", async () => {
    const room = new Room();
    await room.enters();
    const said = { ...bob, text: "what they said", seq: 1 };
    const blocked = room.chat.block(said);
    expect(room.sent()).toEqual([{ type: "block", ...bob }]);
    room.says({ type: "blocked", blocked: [bob] });
    expect(await blocked).toEqual({ type: "blocked", blocked: [bob] });
    const before = room.chat.getSnapshot();
    expect(before.blocked).toEqual([bob]);
    const unblocked = room.chat.unblock({ user: BOB });
    expect(room.sent()).toEqual([{ type: "unblock", user: BOB }]);
    room.says({ type: "blocked", blocked: [] });
    expect((await unblocked).blocked).toEqual([]);
    expect(room.chat.getSnapshot().blocked).toEqual([]);
    expect(before.blocked).toEqual([bob]);
    expect(told(room, "blocked")).toHaveLength(2);
  });

  test("is blocked by a name that nobody has", async () => {
    const room = new Room();
    await room.enters();
    const blocked = room.chat.block({ username: "nobody" });
    room.says({ type: "error", code: "no_such_user", message: "No." });
    await expect(blocked).rejects.toMatchObject({ code: "no_such_user" });
  });

  test("was blocked before, as the welcome says each time", async () => {
    const room = new Room();
    await room.enters({ blocked: [bob] });
    expect(room.chat.blocked).toEqual([bob]);
    await room.comesBack();
    room.says(resumed({}));
    expect(room.chat.blocked).toEqual([]);
  });

  test("of whom nobody can say who it is costs nothing", async () => {
    const room = new Room();
    await room.enters({ blocked: [bob, null, 1, {}] });
    expect(room.chat.blocked).toEqual([bob]);
    room.says({ type: "blocked", blocked: ["x", bob] });
    expect(room.chat.blocked).toEqual([bob]);
  });

  test("is blocked in all rooms at once", async () => {
    const room = new Room();
    await room.enters();
    const kitchen = room.chat.join("kitchen");
    await room.enters({ room: "kitchen" });
    room.says({ type: "blocked", blocked: [bob] });
    expect(room.chat.blocked).toEqual([bob]);
    expect(kitchen.blocked).toEqual([bob]);
  });
});
