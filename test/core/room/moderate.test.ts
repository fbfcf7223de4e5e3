// Moderation tests: moderators kick, ban and mute users, lift that and give roles; nobody acts upward or sideways.
import { describe, expect, test } from "vitest";
import { ALLOW, AppStub } from "../support/app-stub.ts";
import { errorsOf, moderatedRoom } from "../support/moderated-room.ts";
import type { Peer } from "../support/peer.ts";
import { join, secretOf, startJoin, userOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

const MINUTE = 60_000;

/** @returns the answer to a join: the welcome, or the error */
function tryJoin(world: World, username: string, as = username) {
  const peer = startJoin(world, "lobby", username, { as });
  world.settle();
  return peer.inbox[0];
}

function restrictions(world: World) {
  return world.room("lobby").database.tables.restriction ?? [];
}

describe("a ban", () => {
  test("ends every connection of the user at once, and is told with its end", () => {
    const { world, mod, bob, carol } = moderatedRoom();
    const phone = join(world, "lobby", "bob");
    phone.take();
    mod.send("/ban bob 1d spam and more");
    const until = world.now + 24 * 60 * MINUTE;
    const event = {
      ...{ type: "moderated", room: "lobby", user: userOf("mia") },
      ...{ username: "mia", action: "ban", until, reason: "spam and more" },
      target: { user: userOf("bob"), username: "bob" },
    };
    expect(carol.take()).toMatchObject([event]);
    world.pass(1000);
    expect(carol.take()).toMatchObject([{ type: "left", username: "bob" }]);
    for (const tab of [bob, phone]) {
      expect(tab.closed).toBe("banned");
      expect(tab.inbox).toMatchObject([
        event,
        { type: "error", code: "banned", until },
      ]);
    }
    expect(tryJoin(world, "bob")).toMatchObject({ code: "banned", until });
  });

  test("is of the user under every name", () => {
    const { world, mod } = moderatedRoom();
    mod.send("/ban bob");
    expect(tryJoin(world, "robert", "bob")).toMatchObject({ code: "banned" });
    expect(tryJoin(world, "bob")).not.toHaveProperty("until");
    expect(tryJoin(world, "rob")).toMatchObject({ type: "welcome" });
  });

  test.for(["sleep", "crash"])(
    "lasts over a %s to its end exactly",
    (fault) => {
      const { world, mod } = moderatedRoom();
      mod.send("/ban bob 1h");
      const until = world.now + 60 * MINUTE;
      const lobby = world.room("lobby");
      if (fault === "sleep") world.hibernate(lobby);
      else world.crash(lobby);
      world.pass(until - world.now - 1);
      expect(tryJoin(world, "bob")).toMatchObject({ code: "banned", until });
      world.pass(1);
      expect(tryJoin(world, "bob")).toMatchObject({ type: "welcome" });
      expect(restrictions(world)).toEqual([]);
    },
  );

  test("is not lifted by a clock that is set back, and does not come back", () => {
    const { world, mod, carol } = moderatedRoom();
    mod.send("/ban bob 1h");
    world.setClockBack(120 * MINUTE);
    expect(tryJoin(world, "bob")).toMatchObject({ code: "banned" });
    world.hibernate(world.room("lobby"));
    expect(tryJoin(world, "bob")).toMatchObject({ code: "banned" });
    world.pass(181 * MINUTE);
    // Somebody else talks: the room has seen the end.
    carol.send("hello");
    world.setClockBack(90 * MINUTE);
    world.hibernate(world.room("lobby"));
    expect(tryJoin(world, "bob")).toMatchObject({ type: "welcome" });
  });

  test("reaches a user whose join waits for the directory", () => {
    const { world, mod, bob } = moderatedRoom();
    bob.close(1000);
    world.pass(10_000);
    const late = startJoin(world, "lobby", "bob");
    mod.send({ type: "moderate", action: "ban", user: userOf("bob") });
    expect(errorsOf(mod)).toEqual(["no_such_user"]);
    world.settle();
    late.send("hello");
    late.close(1000);
    world.pass(10_000);
    const again = startJoin(world, "lobby", "bob");
    mod.send("/ban bob");
    world.settle();
    expect(errorsOf(again)).toEqual(["banned"]);
    const [claim] = world.directory("bob").database.tables.claim ?? [];
    expect(claim).toMatchObject({ rooms: "[]" });
  });

  test("of a user who is away goes by the last message under the name", () => {
    const { world, mod, bob } = moderatedRoom();
    bob.send("buy this");
    bob.close(1000);
    world.pass(10_000);
    mod.send("/ban BOB");
    expect(errorsOf(mod)).toEqual([]);
    expect(tryJoin(world, "bob")).toMatchObject({ code: "banned" });
    mod.send("/ban nobody");
    expect(errorsOf(mod)).toEqual(["no_such_user"]);
  });

  test("by URL closes the connection for good", () => {
    const { world, mod } = moderatedRoom();
    mod.send("/ban bob");
    const query = { username: "bob", token: secretOf("bob") };
    const peer = world.open("lobby", query);
    world.settle();
    expect(errorsOf(peer)).toEqual(["banned"]);
    expect(peer.closed).toBe("banned");
  });

  test("is lifted, and is told", () => {
    const { world, owner, mod, carol } = moderatedRoom();
    mod.send("/ban bob");
    owner.send("/unban bob");
    expect(carol.last("moderated")).toMatchObject({
      ...{ username: "alice", action: "unban" },
      target: { user: userOf("bob"), username: "bob" },
    });
    expect(tryJoin(world, "bob")).toMatchObject({ type: "welcome" });
    owner.send("/unban bob");
    expect(errorsOf(owner)).toEqual(["no_such_user"]);
    expect(restrictions(world)).toEqual([]);
  });
});

describe("a kick", () => {
  test("is a ban of a minute", () => {
    const { world, mod, bob } = moderatedRoom();
    mod.send("/kick bob calm down");
    expect(bob.closed).toBe("kicked");
    const until = world.now + MINUTE;
    expect(mod.last("moderated")).toMatchObject({
      ...{ action: "kick", reason: "calm down", until },
    });
    expect(tryJoin(world, "bob")).toMatchObject({ code: "banned", until });
    world.pass(MINUTE);
    expect(tryJoin(world, "bob")).toMatchObject({ type: "welcome" });
  });

  test("cuts no ban short", () => {
    const { world, owner, mod } = moderatedRoom();
    owner.send("/ban bob");
    mod.send("/kick bob");
    world.pass(2 * MINUTE);
    expect(tryJoin(world, "bob")).toMatchObject({ code: "banned" });
  });
});

describe("a mute", () => {
  const said: [string, Parameters<Peer["send"]>[0]][] = [
    ["message", "hello"],
    ["private message", "@carol psst"],
  ];

  test.for(said)("stops a %s until its end", ([, frame]) => {
    const { world, mod, bob, carol } = moderatedRoom();
    mod.send("/mute bob 10m");
    const until = world.now + 10 * MINUTE;
    carol.take();
    world.pass(4 * MINUTE);
    bob.send(frame);
    world.settle();
    expect(bob.last("error")).toMatchObject({
      ...{ code: "muted", until, retryAfter: 6 * MINUTE },
    });
    bob.send({ type: "typing" });
    expect(errorsOf(bob)).toEqual(["muted"]);
    expect(carol.take()).toEqual([]);
    world.pass(6 * MINUTE);
    bob.send(frame);
    world.settle();
    expect([...carol.messageTexts, ...carol.privateTexts]).toHaveLength(1);
  });

  test("of a moderator stops the topic, and no other act", () => {
    const { owner, mod, bob } = moderatedRoom();
    owner.send("/mute mia");
    mod.send("/topic free speech");
    expect(errorsOf(mod)).toEqual(["muted"]);
    mod.send("/mute bob");
    expect(bob.last("moderated")).toMatchObject({ username: "mia" });
    owner.send("/topic calm");
    expect(bob.last("topic")).toMatchObject({ text: "calm" });
  });

  test("is in the welcome", () => {
    const { world, mod } = moderatedRoom();
    mod.send("/mute bob 10m");
    const phone = join(world, "lobby", "bob");
    const until = world.now + 10 * MINUTE;
    expect(phone.last("welcome").muted).toEqual({ until });
    mod.send("/mute bob");
    expect(join(world, "lobby", "bob").last("welcome").muted).toEqual({});
    mod.send("/unmute bob");
    expect(join(world, "lobby", "bob").last("welcome").muted).toBeUndefined();
  });

  test("reaches the messages that wait for the app", () => {
    let app: AppStub | undefined;
    const { mod, bob, carol } = moderatedRoom({}, (world) => {
      app = new AppStub(world, ["message"]);
      return world.hooks;
    });
    if (app === undefined) throw new Error("There is no app.");
    app.decide = () => "later";
    bob.send({ type: "message", text: "buy this", id: "b" });
    bob.send({ type: "message", text: "buy this", id: "b" });
    mod.send("/mute bob");
    app.resolve(ALLOW);
    expect(carol.messageTexts).toEqual([]);
    expect(errorsOf(bob)).toEqual(["muted", "muted"]);
  });

  test("does not reach a message that was accepted before", () => {
    const { mod, bob, carol } = moderatedRoom();
    bob.send({ type: "message", text: "hello", id: "b" });
    mod.send("/mute bob");
    bob.send({ type: "message", text: "hello", id: "b" });
    expect(bob.last("ack")).toMatchObject({ id: "b", duplicate: true });
    expect(carol.messageTexts).toEqual(["hello"]);
  });

  test.for(["sleep", "crash"])("lasts over a %s", (fault) => {
    const { world, mod } = moderatedRoom();
    mod.send("/mute bob 1h");
    const lobby = world.room("lobby");
    if (fault === "sleep") world.hibernate(lobby);
    else world.crash(lobby);
    const bob = join(world, "lobby", "bob");
    bob.send("hello");
    expect(errorsOf(bob)).toEqual(["muted"]);
  });
});

describe("nobody acts upward or sideways", () => {
  const acts = ["kick", "ban", "mute"] as const;
  const actors = ["owner", "mod", "bob"] as const;
  const names = { owner: "alice", mod: "mia", bob: "bob", carol: "carol" };
  const ranks = { owner: 2, mod: 1, bob: 0, carol: 0 };

  for (const by of actors)
    for (const on of ["owner", "mod", "bob", "carol"] as const)
      test.for(acts)(`${by} on ${on}: %s`, (act) => {
        const room = moderatedRoom();
        const isAllowed = ranks[by] > ranks[on] && ranks[by] > 0;
        room[by].send(`/${act} ${names[on]}`);
        expect(errorsOf(room[by])).toEqual(isAllowed ? [] : ["forbidden"]);
        expect(restrictions(room.world)).toHaveLength(isAllowed ? 1 : 0);
        expect(room.carol.all("moderated")).toHaveLength(isAllowed ? 1 : 0);
      });

  test("a moderator lifts and shortens nothing that the owner has done", () => {
    const { world, owner, mod } = moderatedRoom();
    owner.send("/ban bob 1h");
    owner.send("/mute carol 1h");
    const before = structuredClone(restrictions(world));
    for (const line of [
      "/unban bob",
      "/ban bob 1s",
      "/unmute carol",
      "/mute carol 1s",
    ])
      mod.send(line);
    expect(errorsOf(mod)).toEqual(Array(4).fill("forbidden"));
    expect(restrictions(world)).toEqual(before);
  });

  test("a moderator who is away is banned by the owner, and by no moderator", () => {
    const { world, owner, mod, bob } = moderatedRoom();
    mod.send("hello");
    mod.close(1000);
    owner.send("/op bob");
    world.pass(10_000);
    bob.send("/ban mia");
    expect(errorsOf(bob)).toEqual(["forbidden"]);
    owner.send("/ban mia");
    expect(tryJoin(world, "mia")).toMatchObject({ code: "banned" });
  });
});

describe("a role", () => {
  test("is given and taken by the owner alone, at once", () => {
    const { world, owner, mod, bob, carol } = moderatedRoom();
    mod.send("/op bob");
    expect(errorsOf(mod)).toEqual(["forbidden"]);
    owner.send("/op bob");
    expect(carol.last("moderated")).toMatchObject({
      ...{ action: "role", role: "moderator" },
      target: { username: "bob" },
    });
    bob.send("/mute carol");
    expect(errorsOf(bob)).toEqual([]);
    owner.send("/deop bob");
    bob.send("/unmute carol");
    expect(errorsOf(bob)).toEqual(["forbidden"]);
    expect(join(world, "lobby", "bob").last("welcome").role).toBeUndefined();
  });

  test("of the owner is given by no user", () => {
    const { owner } = moderatedRoom();
    owner.send({
      ...{ type: "moderate", action: "role", username: "bob", role: "owner" },
    });
    owner.send("/deop alice");
    expect(errorsOf(owner)).toEqual(["forbidden", "forbidden"]);
  });

  test("is not for a guest, who is told to register", () => {
    const { world, owner, carol } = moderatedRoom();
    owner.send("/op carol");
    expect(errorsOf(owner)).toEqual(["forbidden"]);
    carol.send("/register");
    world.settle();
    owner.send("/op carol");
    carol.send("/mute bob");
    expect(errorsOf(carol)).toEqual([]);
  });

  test("goes at once with the registration, and with the secret", () => {
    const { world, mod, bob } = moderatedRoom();
    const thief = join(world, "lobby", "mia");
    mod.send({ type: "rotate", token: secretOf("new") });
    world.settle();
    thief.send("/kick bob");
    expect(errorsOf(thief)).toEqual(["forbidden"]);
    mod.send("/mute bob");
    expect(errorsOf(mod)).toEqual([]);
    world.hibernate(world.room("lobby"));
    thief.send("/unmute bob");
    expect(errorsOf(thief)).toEqual(["forbidden", "forbidden"]);
    mod.send("/release");
    world.settle();
    mod.send("/unmute bob");
    expect(errorsOf(mod)).toEqual(["forbidden"]);
    expect(bob.closed).toBeNull();
  });

  test("is shown in the list of members, and with a join", () => {
    const { world, bob } = moderatedRoom();
    bob.send({ type: "who", details: true });
    expect(bob.last("members").details).toMatchObject([
      { username: "alice", role: "owner" },
      { username: "bob" },
      { username: "carol" },
      { username: "mia", role: "moderator" },
    ]);
    const dave = join(world, "lobby", "dave", { details: true });
    expect(dave.last("welcome").details).toMatchObject([
      { username: "alice", role: "owner" },
      { username: "mia", role: "moderator" },
    ]);
  });
});

test("an act with an id that was acked does nothing again, and gets the first ack", () => {
  const { world, mod, owner } = moderatedRoom();
  const frame = { type: "moderate", action: "mute", username: "bob" } as const;
  mod.send({ ...frame, id: "m" });
  const { seq } = mod.last("ack") as { seq: number };
  owner.send("/unmute bob");
  world.crash(world.room("lobby"));
  const again = join(world, "lobby", "mia");
  again.send({ ...frame, id: "m" });
  expect(again.last("ack")).toMatchObject({ id: "m", seq, duplicate: true });
  expect(restrictions(world)).toEqual([]);
});

test("a room in which nobody acts stores no table for it", () => {
  const { world } = moderatedRoom();
  expect(world.room("lobby").database.tables).not.toHaveProperty("restriction");
});
