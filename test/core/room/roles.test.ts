// Role tests: a user owns the room that the user creates, or has a role by the app, and keeps it over sleep, restart and new secrets.
import { describe, expect, test } from "vitest";
import { nameKey } from "../../../src/protocol/name-key.ts";
import type { Settings } from "../../../src/protocol/settings.ts";
import { appWorld, joinByToken, TOKEN } from "../support/app.ts";
import { AppStub } from "../support/app-stub.ts";
import type { Peer } from "../support/peer.ts";
import { type JoinOptions, join, secretOf, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Alice has a registered name, and is in the hall. */
function registered(settings: Partial<Settings> = {}): {
  world: World;
  alice: Peer;
} {
  const world = new World(settings);
  const alice = join(world, "hall", "alice");
  alice.send("/register");
  world.settle();
  return { world, alice };
}

function roleIn(
  world: World,
  room: string,
  username: string,
  options: JoinOptions = {},
): string | undefined {
  return join(world, room, username, options).last("welcome").role;
}

describe("an owner", () => {
  test("is the registered user whose join creates the room", () => {
    const { world } = registered();
    expect(roleIn(world, "lobby", "alice")).toBe("owner");
    expect(roleIn(world, "lobby", "bob")).toBeUndefined();
    expect(world.room("lobby").database.tables.role).toEqual([
      {
        room: "lobby",
        user: userOf("alice"),
        key: nameKey("alice"),
        role: "owner",
      },
    ]);
  });

  test("is never a guest, and a room of a guest stores nothing for roles", () => {
    const world = new World();
    const alice = join(world, "lobby", "alice");
    expect(alice.last("welcome").role).toBeUndefined();
    alice.send("/register");
    world.settle();
    expect(roleIn(world, "lobby", "alice")).toBeUndefined();
    expect(world.room("lobby").database.tables).not.toHaveProperty("role");
  });

  test("is nobody where the server says so", () => {
    const { world } = registered({ ROOM_OWNERS: "none" });
    expect(roleIn(world, "lobby", "alice")).toBeUndefined();
  });

  test("is an app's user only where the server says so, under each name", () => {
    const none = appWorld();
    expect(joinByToken(none).last("welcome").role).toBeUndefined();
    const world = appWorld({}, { ROOM_OWNERS: "creator" });
    expect(joinByToken(world).last("welcome").role).toBe("owner");
    const claims = world.tokens.get(TOKEN);
    if (claims !== undefined)
      world.tokens.set(TOKEN, { ...claims, username: "alicia" });
    const again = joinByToken(world).last("welcome");
    expect([again.username, again.role]).toEqual(["alicia", "owner"]);
  });

  test.for(["sleep", "crash"])("is the owner after a %s", (fault) => {
    const { world } = registered();
    const alice = join(world, "lobby", "alice");
    const lobby = world.room("lobby");
    if (fault === "sleep") world.hibernate(lobby);
    else world.crash(lobby);
    expect(alice.closed).toBe(fault === "sleep" ? null : "lost");
    expect(roleIn(world, "lobby", "alice")).toBe("owner");
  });

  test("is no owner under another name with the same secret", () => {
    const { world } = registered();
    join(world, "lobby", "alice");
    expect(roleIn(world, "lobby", "alicia", { as: "alice" })).toBeUndefined();
  });

  test("is no owner while the name is not registered", () => {
    const { world, alice } = registered();
    expect(roleIn(world, "lobby", "alice")).toBe("owner");
    alice.send("/release");
    world.settle();
    expect(roleIn(world, "lobby", "alice")).toBeUndefined();
    alice.send("/register");
    world.settle();
    expect(roleIn(world, "lobby", "alice")).toBe("owner");
  });

  test("is not the thief who has the old secret", () => {
    const { world, alice } = registered();
    join(world, "lobby", "alice");
    alice.send({ type: "rotate", token: secretOf("new") });
    world.settle();
    expect(roleIn(world, "lobby", "alice")).toBeUndefined();
    expect(roleIn(world, "lobby", "alice", { as: "new" })).toBe("owner");
    // The owner is here: the other connection of the same name still has no role.
    expect(roleIn(world, "lobby", "alice")).toBeUndefined();
  });

  test("does not become who opens a room by an old secret", () => {
    const { world, alice } = registered();
    alice.send({ type: "rotate", token: secretOf("new") });
    world.settle();
    join(world, "lobby", "alice");
    expect(roleIn(world, "lobby", "alice", { as: "new" })).toBeUndefined();
  });
});

describe("a role by the app", () => {
  const roles = [
    { rooms: "team-*", role: "moderator" },
    { rooms: "team-7", role: "owner" },
  ] as const;

  test.for([
    ["lobby", undefined],
    ["team-1", "moderator"],
    ["team-7", "owner"],
  ] as const)("holds in the rooms that the token says: %s", ([room, role]) => {
    const world = appWorld({ roles });
    expect(joinByToken(world, room).last("welcome").role).toBe(role);
    expect(world.room(room).database.tables).not.toHaveProperty("role");
  });

  test("is that of the hook, if it is higher than the token's", () => {
    const world = appWorld({ roles });
    const app = new AppStub(world, ["join", "message"]);
    const verdicts = ["owner", "moderator"] as const;
    const joinTeam = (role: (typeof verdicts)[number]) => {
      app.decide = () => ({ type: "allowed", role });
      return joinByToken(world, "team-1").last("welcome").role;
    };
    expect(joinTeam("owner")).toBe("owner");
    expect(app.asked[0]?.user.role).toBe("moderator");
    // The other connection is still here: its role counts for both.
    expect(joinTeam("moderator")).toBe("owner");
  });

  test("survives a sleep of the room", () => {
    const world = appWorld({ roles });
    const app = new AppStub(world, ["message"]);
    const alice = joinByToken(world, "team-7");
    world.hibernate(world.room("team-7"));
    alice.send("hello");
    expect(app.asked.at(-1)?.user.role).toBe("owner");
  });
});
