// Doors that close: the end of a token, guests beside an app, rooms that may come to be.
import { describe, expect, test } from "vitest";
import { alice, bringIn, TOKEN, worldOf } from "../support/app.ts";
import { join, secretOf } from "../support/people.ts";
import { World } from "../support/world.ts";

describe("the end of a token", () => {
  const HOUR = 3_600_000;

  function ending(): { world: World; expires: number } {
    const world = worldOf();
    const expires = world.now + HOUR;
    world.tokens.set(TOKEN, { ...alice, expires });
    return { world, expires };
  }

  test("is told, and closes the connection, though the room sleeps", () => {
    const { world, expires } = ending();
    const peer = bringIn(world);
    expect(peer.last("welcome").expires).toBe(expires);
    world.hibernate(world.room("lobby"));
    world.pass(expires - world.now - 1);
    expect(peer.closed).toBeNull();
    world.pass(1);
    expect(peer.last("error").code).toBe("unauthorized");
    expect(peer.closed).toBe("unauthorized");
  });

  test("closes those alone whose end it is, each in turn", () => {
    const { world } = ending();
    const first = bringIn(world);
    world.pass(HOUR / 2);
    world.tokens.set(TOKEN, { ...alice, expires: world.now + HOUR });
    const second = bringIn(world);
    const guest = join(world, "lobby", "bob");
    world.hibernate(world.room("lobby"));
    world.pass(HOUR / 2);
    expect(first.closed).toBe("unauthorized");
    expect(second.closed).toBeNull();
    world.pass(HOUR);
    expect(second.closed).toBe("unauthorized");
    expect(guest.closed).toBeNull();
  });

  test("sets an alarm, and no timer: a quiet room sleeps until then", () => {
    const { world, expires } = ending();
    bringIn(world);
    const host = world.room("lobby");
    world.pass(10_000);
    expect(host.timer).toBeNull();
    expect(host.alarm).toBe(expires);
  });

  test("is not to be outlived by leaving and coming back", () => {
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

  test("that is over already lets nobody in", () => {
    const world = worldOf({ expires: 1 });
    expect(bringIn(world).last("error").code).toBe("unauthorized");
  });
});

describe("guests beside an app", () => {
  test("have a prefix, which is added where it is not there", () => {
    const world = worldOf();
    const name = (username: string) =>
      join(world, "lobby", username).last("welcome").username;
    expect(name("bob")).toBe("guest-bob");
    expect(name("guest-dan")).toBe("guest-dan");
    expect(name("GUEST-carol")).toBe("GUEST-carol");
  });

  test("whose name is too long with it are refused", () => {
    const peer = worldOf().open("lobby");
    peer.send({ type: "join", username: "x".repeat(30) });
    expect(peer.last("error").code).toBe("bad_username");
  });

  test("have the prefix that is set, or none", () => {
    const named = (GUEST_PREFIX: string) =>
      join(worldOf({}, { GUEST_PREFIX }), "lobby", "bob").last("welcome")
        .username;
    expect(named("visitor.")).toBe("visitor.bob");
    expect(named("-")).toBe("bob");
    const app = bringIn(worldOf({}, { GUEST_PREFIX: "-" }));
    expect(app.last("welcome").username).toBe("alice");
  });

  test("have none without an app", () => {
    const peer = join(new World(), "lobby", "bob");
    expect(peer.last("welcome").username).toBe("bob");
  });

  test("stay outside where there are none", () => {
    const world = worldOf({}, { GUESTS: "off" });
    const named = world.open("lobby", { username: "bob" });
    expect(named.last("error").code).toBe("unauthorized");
    expect(named.closed).toBe("unauthorized");
    const secret = world.open("lobby", { token: secretOf("bob") });
    secret.send({ type: "join", username: "bob" });
    expect(secret.last("error").code).toBe("unauthorized");
    expect(bringIn(world).last("welcome").username).toBe("alice");
  });

  test("need a name", () => {
    const peer = worldOf().open("lobby");
    peer.send({ type: "join" });
    expect(peer.last("error").code).toBe("bad_request");
  });
});

describe("rooms that may come to be", () => {
  test("are those of the patterns; one that exists is open", () => {
    const world = new World({ ROOMS: ["team-*"] });
    join(world, "team-1", "alice");
    const peer = world.open("lobby");
    peer.send({ type: "join", username: "alice" });
    world.settle();
    expect(peer.last("error").code).toBe("forbidden");
    expect(world.read("lobby", { type: "info" })).toMatchObject({
      epoch: null,
    });
    Object.assign(world.settings, { ROOMS: ["other"] });
    world.crash(world.room("team-1"));
    expect(() => join(world, "team-1", "bob")).not.toThrow();
  });

  test("may be left to the app's users to open", () => {
    const world = worldOf({}, { ROOM_CREATION: "jwt" });
    const guest = world.open("lobby");
    guest.send({ type: "join", username: "bob" });
    world.settle();
    expect(guest.last("error").code).toBe("forbidden");
    bringIn(world);
    guest.send({ type: "join", username: "bob" });
    world.settle();
    expect(guest.last("welcome").count).toBe(2);
  });

  test("may be left to registered users, and those of the app", () => {
    const world = worldOf({}, { ROOM_CREATION: "anyone" });
    const bob = join(world, "lobby", "bob");
    bob.send({ type: "register" });
    world.settle();
    Object.assign(world.settings, { ROOM_CREATION: "registered" });
    const guest = world.open("team-1");
    guest.send({ type: "join", username: "carol" });
    world.settle();
    expect(guest.last("error").code).toBe("forbidden");
    expect(world.read("team-1", { type: "info" })).toMatchObject({
      epoch: null,
      count: 0,
    });
    expect(join(world, "team-1", "bob").all("welcome")).toHaveLength(1);
    expect(bringIn(world, "team-2").all("welcome")).toHaveLength(1);
  });

  test("a name that was refused a room is free again", () => {
    const settings = { ROOM_CREATION: "registered" } as const;
    const world = worldOf({}, { ...settings, GUEST_CLAIM_SECONDS: 1 });
    world.open("team-1").send({ type: "join", username: "carol" });
    world.pass(2000);
    bringIn(world, "team-1");
    const other = world.open("team-1");
    other.send({ type: "join", username: "carol" });
    world.settle();
    expect(other.last("welcome").username).toBe("guest-carol");
  });
});

test("a reserved name is not for guests, but the app may give it", () => {
  const settings = { RESERVED_NAMES: ["admin"], GUEST_PREFIX: "-" };
  const world = worldOf({ username: "admin" }, settings);
  const guest = world.open("lobby");
  guest.send({ type: "join", username: "Adm1n" });
  expect(guest.last("error").code).toBe("forbidden");
  expect(bringIn(world).last("welcome").username).toBe("admin");
});
