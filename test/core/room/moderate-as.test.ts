// Moderation by the app: it acts above all roles, names owners, and does nothing twice.
import { expect, test } from "vitest";
import type { ModerateFrame } from "../../../src/protocol/client-frames.ts";
import {
  alice as appAlice,
  appWorld,
  joinByToken,
  TOKEN,
} from "../support/app.ts";
import { errorsOf, moderatedRoom } from "../support/moderated-room.ts";
import { identityOf, join, userOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

function act(
  world: World,
  frame: Omit<ModerateFrame, "type"> & { username?: string; role?: string },
  room = "lobby",
) {
  return world.askRoom(room, {
    ...{ type: "moderate", identity: identityOf("app"), username: "bot:app" },
    frame: { type: "moderate", ...frame } as ModerateFrame,
  });
}

test("the app bans an owner, and makes another one", () => {
  const { world, owner, bob, carol } = moderatedRoom();
  const reply = act(world, { action: "ban", username: "alice", id: "a" });
  expect(owner.closed).toBe("banned");
  expect(carol.last("moderated")).toMatchObject({
    ...{ user: userOf("app"), username: "bot:app", action: "ban", id: "a" },
  });
  expect(act(world, { action: "ban", username: "alice", id: "a" })).toEqual({
    ...reply,
    duplicate: true,
  });
  act(world, { action: "role", username: "bob", role: "owner" });
  bob.send("/kick mia");
  expect(errorsOf(bob)).toEqual([]);
  // What the app has done no owner undoes.
  bob.send("/unban alice");
  expect(errorsOf(bob)).toEqual(["forbidden"]);
});

test("an owner who is named again stays one, without a second event", () => {
  const { world, owner, bob } = moderatedRoom();
  const toOwner = { action: "role", username: "bob", role: "owner" } as const;
  const named = act(world, { ...toOwner, id: "a" });
  bob.send("hello");
  world.settle();
  const { database } = world.room("lobby");
  const before = database.written;
  expect(act(world, toOwner)).toEqual({ ...named, duplicate: true });
  expect(act(world, { ...toOwner, id: "b" })).toEqual({
    ...named,
    duplicate: true,
  });
  expect(database.written).toBe(before);
  expect(bob.all("moderated")).toHaveLength(1);
  // Alice has opened the room: no event has made her its owner.
  const alice = act(world, { ...toOwner, username: "alice" });
  expect(alice).toMatchObject({ seq: 3, duplicate: true });
  expect(database.written).toBe(before);
  // Another role and back are events.
  act(world, { ...toOwner, role: "moderator" });
  expect(act(world, toOwner)).toMatchObject({ type: "published", seq: 5 });
  expect(owner.all("moderated")).toHaveLength(3);
  world.crash(world.room("lobby"));
  expect(act(world, toOwner)).toMatchObject({ seq: 5, duplicate: true });
});

test("the app makes no guest an owner, and acts in no room that is not there", () => {
  const { world } = moderatedRoom();
  const toOwner = { action: "role", username: "carol", role: "owner" } as const;
  expect(act(world, toOwner)).toMatchObject({ code: "forbidden" });
  expect(act(world, toOwner, "attic")).toMatchObject({
    ...{ code: "forbidden", reason: "no_such_room" },
  });
  expect(world.room("attic").database.tables).toEqual({});
  expect(act(world, { action: "mute", username: "nobody" })).toMatchObject({
    code: "no_such_user",
  });
});

test("an app's user who is banned reads nothing by HTTP until the ban ends", () => {
  const world = appWorld();
  const { username } = joinByToken(world).last("welcome");
  const by = { ...appAlice, expires: null };
  const reads = () =>
    [{ type: "info", by } as const, { type: "messages", by } as const].map(
      (op) => world.askRoom("lobby", op),
    );
  const open = [{ type: "info" }, { type: "page" }];
  expect(reads()).toMatchObject(open);
  const end = { for: 60 };
  act(world, { action: "ban", username, ...end });
  const banned = { type: "refused", code: "banned", until: world.now + 60_000 };
  expect(reads()).toEqual([banned, banned]);
  const other = { ...by, subject: "2" };
  expect(world.askRoom("lobby", { type: "messages", by: other })).toMatchObject(
    { type: "page" },
  );
  world.pass(60_000);
  expect(reads()).toMatchObject(open);
});

test("an app's user becomes the owner of a room that has none", () => {
  const world = appWorld();
  const ursula = joinByToken(world);
  const username = ursula.last("welcome").username;
  join(world, "lobby", "guest-bob");
  act(world, { action: "role", username, role: "owner" });
  ursula.send("/mute guest-bob");
  expect(errorsOf(ursula)).toEqual([]);
  world.crash(world.room("lobby"));
  expect(joinByToken(world).last("welcome").role).toBe("owner");
  expect(world.tokens.has(TOKEN)).toBe(true);
});
