// Admission tests: a room refuses expired tokens, unwanted guests and rooms that may not be created, and gives guests a prefix.
import { describe, expect, test } from "vitest";
import { alice, appWorld, joinByToken, TOKEN } from "../support/app.ts";
import { join, secretOf } from "../support/people.ts";
import { World } from "../support/world.ts";

describe("token expiry", () => {
  const HOUR = 3_600_000;

  function ending(): { world: World; expires: number } {
    const world = appWorld();
    const expires = world.now + HOUR;
    world.tokens.set(TOKEN, { ...alice, expires });
    return { world, expires };
  }

  test("a user whose token expires gets an error and is disconnected, even while the room sleeps", () => {
    const { world, expires } = ending();
    const peer = joinByToken(world);
    expect(peer.last("welcome").expires).toBe(expires);
    world.hibernate(world.room("lobby"));
    world.pass(expires - world.now - 1);
    expect(peer.closed).toBeNull();
    world.pass(1);
    expect(peer.last("error").code).toBe("unauthorized");
    expect(peer.closed).toBe("unauthorized");
  });

  test("an expired token disconnects its user and nobody else", () => {
    const { world } = ending();
    const first = joinByToken(world);
    world.pass(HOUR / 2);
    world.tokens.set(TOKEN, { ...alice, expires: world.now + HOUR });
    const second = joinByToken(world);
    const guest = join(world, "lobby", "bob");
    world.hibernate(world.room("lobby"));
    world.pass(HOUR / 2);
    expect(first.closed).toBe("unauthorized");
    expect(second.closed).toBeNull();
    world.pass(HOUR);
    expect(second.closed).toBe("unauthorized");
    expect(guest.closed).toBeNull();
  });

  test("a quiet room sleeps until a user's token expires, with an alarm and no timer", () => {
    const { world, expires } = ending();
    joinByToken(world);
    const host = world.room("lobby");
    world.pass(10_000);
    expect(host.timer).toBeNull();
    expect(host.alarm).toBe(expires);
  });

  test("a user cannot join again with a token that has expired", () => {
    const { world, expires } = ending();
    const peer = world.open("lobby", { token: TOKEN });
    world.pass(expires - world.now);
    peer.send({ type: "join" });
    world.settle();
    expect(peer.last("error")).toMatchObject({
      code: "unauthorized",
      message: "The token has expired.",
    });
  });

  test("a user cannot join with a token that expired before", () => {
    const world = appWorld({ expires: 1 });
    expect(joinByToken(world).last("error").code).toBe("unauthorized");
  });
});

describe("guests on a server with an app", () => {
  test("a guest's name gets the prefix unless it has it already", () => {
    const world = appWorld();
    const name = (username: string) =>
      join(world, "lobby", username).last("welcome").username;
    expect(name("bob")).toBe("guest-bob");
    expect(name("guest-dan")).toBe("guest-dan");
    expect(name("GUEST-carol")).toBe("GUEST-carol");
  });

  test("a guest whose name is too long with the prefix is refused", () => {
    const peer = appWorld().open("lobby");
    peer.send({ type: "join", username: "x".repeat(30) });
    expect(peer.last("error").code).toBe("bad_username");
  });

  test("a guest's name gets the prefix of the settings, which can be empty", () => {
    const named = (GUEST_PREFIX: string) =>
      join(appWorld({}, { GUEST_PREFIX }), "lobby", "bob").last("welcome")
        .username;
    expect(named("visitor.")).toBe("visitor.bob");
    expect(named("-")).toBe("bob");
    const app = joinByToken(appWorld({}, { GUEST_PREFIX: "-" }));
    expect(app.last("welcome").username).toBe("alice");
  });

  test("a guest's name gets no prefix on a server without an app", () => {
    const peer = join(new World(), "lobby", "bob");
    expect(peer.last("welcome").username).toBe("bob");
  });

  test("a guest is refused where GUESTS is off, by secret or without", () => {
    const world = appWorld({}, { GUESTS: "off" });
    const named = world.open("lobby", { username: "bob" });
    expect(named.last("error").code).toBe("unauthorized");
    expect(named.closed).toBe("unauthorized");
    const secret = world.open("lobby", { token: secretOf("bob") });
    secret.send({ type: "join", username: "bob" });
    expect(secret.last("error").code).toBe("unauthorized");
    expect(joinByToken(world).last("welcome").username).toBe("alice");
  });

  test("a guest cannot join without a name", () => {
    const peer = appWorld().open("lobby");
    peer.send({ type: "join" });
    expect(peer.last("error").code).toBe("bad_request");
  });
});

describe("room creation", () => {
  test("a user can create only rooms that match ROOMS, and join any that exists", () => {
    const world = new World({ ROOMS: ["team-*"] });
    join(world, "team-1", "alice");
    const peer = world.open("lobby");
    peer.send({ type: "join", username: "alice" });
    world.settle();
    expect(peer.last("error").code).toBe("forbidden");
    expect(world.askRoom("lobby", { type: "info" })).toMatchObject({
      epoch: null,
    });
    Object.assign(world.settings, { ROOMS: ["other"] });
    world.crash(world.room("team-1"));
    expect(() => join(world, "team-1", "bob")).not.toThrow();
  });

  test("a guest cannot create a room that only app users may create, but can join it later", () => {
    const world = appWorld({}, { ROOM_CREATION: "jwt" });
    const guest = world.open("lobby");
    guest.send({ type: "join", username: "bob" });
    world.settle();
    expect(guest.last("error").code).toBe("forbidden");
    joinByToken(world);
    guest.send({ type: "join", username: "bob" });
    world.settle();
    expect(guest.last("welcome").count).toBe(2);
  });

  test("registered users and app users can create rooms that guests cannot", () => {
    const world = appWorld({}, { ROOM_CREATION: "anyone" });
    const bob = join(world, "lobby", "bob");
    bob.send({ type: "register" });
    world.settle();
    Object.assign(world.settings, { ROOM_CREATION: "registered" });
    const guest = world.open("team-1");
    guest.send({ type: "join", username: "carol" });
    world.settle();
    expect(guest.last("error").code).toBe("forbidden");
    expect(world.askRoom("team-1", { type: "info" })).toMatchObject({
      epoch: null,
      count: 0,
    });
    expect(join(world, "team-1", "bob").all("welcome")).toHaveLength(1);
    expect(joinByToken(world, "team-2").all("welcome")).toHaveLength(1);
  });

  test("the name of a guest who may not create a room is free again", () => {
    const settings = { ROOM_CREATION: "registered" } as const;
    const world = appWorld({}, { ...settings, GUEST_CLAIM_SECONDS: 1 });
    world.open("team-1").send({ type: "join", username: "carol" });
    world.pass(2000);
    joinByToken(world, "team-1");
    const other = world.open("team-1");
    other.send({ type: "join", username: "carol" });
    world.settle();
    expect(other.last("welcome").username).toBe("guest-carol");
  });
});

test("a guest cannot take a reserved name, but an app user can have it", () => {
  const settings = { RESERVED_NAMES: ["admin"], GUEST_PREFIX: "-" };
  const world = appWorld({ username: "admin" }, settings);
  const guest = world.open("lobby");
  guest.send({ type: "join", username: "Adm1n" });
  expect(guest.last("error").code).toBe("forbidden");
  expect(joinByToken(world).last("welcome").username).toBe("admin");
});
