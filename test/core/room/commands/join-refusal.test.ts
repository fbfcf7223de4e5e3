// Joins that are refused, and those that the directory did not answer.
import { describe, expect, test } from "vitest";
import { arrive, meet, secretOf } from "../../support/people.ts";
import { World } from "../../support/world.ts";

describe("a join is refused", () => {
  test.each([
    ["a bad name", { username: "a b" }, "bad_username"],
    ["no name", { username: "" }, "bad_username"],
    ["a weak secret", { username: "alice", token: "short" }, "unauthorized"],
    [
      "a secret with a blank",
      { username: "alice", token: `${"x".repeat(22)} ${"x".repeat(22)}` },
      "unauthorized",
    ],
  ])("for %s, and the connection stays", (_, join, code) => {
    const world = new World();
    const peer = world.open("lobby");
    peer.send({ type: "join", ...join });
    world.settle();
    expect(peer.take()).toMatchObject([{ type: "error", code }]);
    peer.send("/join alice");
    world.settle();
    expect(peer.last("welcome").username).toBe("alice");
  });

  test("under a taken name, and the one who has it notices nothing", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice");
    const mallory = arrive(world, "lobby", "alice", { as: "mallory" });
    world.settle();
    expect(mallory.take()).toMatchObject([
      { code: "username_taken", retryAfter: expect.any(Number) },
    ]);
    expect(alice.inbox).toEqual([]);
    mallory.send("hello");
    expect(mallory.last("error").code).toBe("not_joined");
  });

  test("by the URL: it is told, then closed", () => {
    const world = new World();
    meet(world, "lobby", "alice");
    const mallory = world.open("lobby", { username: "alice" });
    const nobody = world.open("lobby", { username: "a b" });
    world.settle();
    expect(mallory.last("error").code).toBe("username_taken");
    expect(nobody.last("error").code).toBe("bad_username");
    expect([mallory.closed, nobody.closed]).toEqual(["refused", "refused"]);
  });

  test("five times, then the connection is closed", () => {
    const world = new World();
    const peer = world.open("lobby");
    for (let i = 0; i < 5; i++) {
      expect(peer.closed).toBeNull();
      peer.send("/join .bad.");
    }
    expect(peer.all("error")).toHaveLength(5);
    expect(peer.closed).toBe("refused");
  });

  test("five times in a row, over a sleep; a welcome begins anew", () => {
    const world = new World();
    const peer = world.open("lobby");
    for (let i = 0; i < 4; i++) peer.send("/join .bad.");
    peer.send("/join alice");
    world.settle();
    peer.send("/leave");
    for (let i = 0; i < 4; i++) peer.send("/join .bad.");
    world.hibernate(world.room("lobby"));
    expect(peer.closed).toBeNull();
    peer.send("/join .bad.");
    expect(peer.closed).toBe("refused");
  });

  test("with what was held before it answered in turn", () => {
    const world = new World();
    meet(world, "lobby", "alice");
    const mallory = arrive(world, "lobby", "alice", { as: "mallory" });
    for (const line of ["hello", "/join mallory", "hi"]) mallory.send(line);
    world.settle();
    expect(mallory.all("error").map(({ code }) => code)).toEqual([
      ...["username_taken", "not_joined"],
    ]);
    expect(mallory.last("welcome").username).toBe("mallory");
    expect(mallory.last("ack")).toMatchObject({ seq: 1 });
  });

  test("in a full room, by closing", () => {
    const world = new World({ ROOM_CONNECTIONS: 2 });
    const { alice } = meet(world, "lobby", "alice", "bob");
    const carol = world.open("lobby", { username: "carol" });
    expect(carol.last("error").code).toBe("room_full");
    expect(carol.closed).toBe("goingAway");
    alice.close();
    expect(world.open("lobby").closed).toBeNull();
  });

  test("with a bearer that is none, by closing", () => {
    const world = new World();
    const peer = world.open("lobby", { token: "short" });
    expect(peer.last("error").code).toBe("unauthorized");
    expect(peer.closed).toBe("unauthorized");
  });

  test("before joining, everything that needs a name", () => {
    const world = new World();
    const peer = world.open("lobby");
    peer.send({ type: "message", text: "hello", id: "7" });
    expect(peer.take()).toMatchObject([{ code: "not_joined", id: "7" }]);
    for (const line of ["@bob psst", "/who", "/history", "/leave"])
      peer.send(line);
    peer.send({ type: "typing" });
    peer.send({ type: "received", mail: 1 });
    expect(peer.all("error").map(({ code }) => code)).toEqual(
      Array.from({ length: 6 }, () => "not_joined"),
    );
    peer.send({ type: "ping" });
    expect(peer.last("pong")).toEqual({ type: "pong" });
    peer.send("/help");
    expect(peer.last("help").text).toContain("/join");
  });
});

describe("a directory that does not answer", () => {
  test.each([
    ["and never heard of it", false],
    ["but did hear of it", true],
  ])("%s: the join is unavailable, and can be tried again", (_, isHeard) => {
    const world = new World();
    const alice = arrive(world, "lobby", "alice");
    alice.send("held");
    const flight = world.flight("enter");
    if (isHeard) world.deliver(flight);
    world.lose(flight);
    expect(alice.all("error").map(({ code }) => code)).toEqual([
      ...["unavailable", "not_joined"],
    ]);
    expect(alice.closed).toBeNull();
    alice.take();
    alice.send({ type: "join", username: "alice", token: secretOf("alice") });
    world.settle();
    expect(alice.last("welcome").username).toBe("alice");
  });

  test("but did hear of a join gets it taken back", () => {
    const world = new World();
    arrive(world, "lobby", "alice");
    const flight = world.flight("enter");
    world.deliver(flight);
    world.lose(flight);
    world.pass(60_000);
    expect(world.directory("alice").database.tables).toEqual({});
  });

  test("closes who joined by the URL, so that they come back", () => {
    const world = new World();
    const alice = world.open("lobby", { username: "alice" });
    world.lose(world.flight("enter"));
    expect(alice.last("error").code).toBe("unavailable");
    expect(alice.closed).toBe("restarted");
  });

  test("costs no try: it is nobody's fault", () => {
    const world = new World();
    const alice = world.open("lobby");
    for (let i = 0; i < 8; i++) {
      alice.send("/join alice");
      world.lose(world.flight("enter"));
      world.settle();
    }
    expect(alice.closed).toBeNull();
  });
});
