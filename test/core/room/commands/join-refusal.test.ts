// Join refusal tests: a join is refused with an error, and a join that the directory does not answer can be repeated.
import { describe, expect, test } from "vitest";
import { joinAll, secretOf, startJoin } from "../../support/people.ts";
import { World } from "../../support/world.ts";

describe("a join that is refused", () => {
  test.each([
    ["a bad name", { username: "a b" }, "bad_username"],
    ["no name", { username: "" }, "bad_username"],
    ["a weak secret", { username: "alice", token: "short" }, "unauthorized"],
    [
      "a secret with a blank",
      { username: "alice", token: `${"x".repeat(22)} ${"x".repeat(22)}` },
      "unauthorized",
    ],
  ])("a user who joins with %s can try again", (_, join, code) => {
    const world = new World();
    const peer = world.open("lobby");
    peer.send({ type: "join", ...join });
    world.settle();
    expect(peer.take()).toMatchObject([{ type: "error", code }]);
    peer.send("/join alice");
    world.settle();
    expect(peer.last("welcome").username).toBe("alice");
  });

  test("a user cannot join under another user's name, who notices nothing", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const mallory = startJoin(world, "lobby", "alice", { as: "mallory" });
    world.settle();
    expect(mallory.take()).toMatchObject([
      { code: "username_taken", retryAfter: expect.any(Number) },
    ]);
    expect(alice.inbox).toEqual([]);
    mallory.send("hello");
    expect(mallory.last("error").code).toBe("not_joined");
  });

  test("a user whose join by the URL is refused gets an error, then is disconnected", () => {
    const world = new World();
    joinAll(world, "lobby", "alice");
    const mallory = world.open("lobby", { username: "alice" });
    const nobody = world.open("lobby", { username: "a b" });
    world.settle();
    expect(mallory.last("error").code).toBe("username_taken");
    expect(nobody.last("error").code).toBe("bad_username");
    expect([mallory.closed, nobody.closed]).toEqual(["refused", "refused"]);
  });

  test("a user is disconnected after five refused joins", () => {
    const world = new World();
    const peer = world.open("lobby");
    for (let i = 0; i < 5; i++) {
      expect(peer.closed).toBeNull();
      peer.send("/join .bad.");
    }
    expect(peer.all("error")).toHaveLength(5);
    expect(peer.closed).toBe("refused");
  });

  test("a user's refused joins are counted over a sleep, and from 0 after a welcome", () => {
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

  test("a user's frames during a refused join are answered in order after it", () => {
    const world = new World();
    joinAll(world, "lobby", "alice");
    const mallory = startJoin(world, "lobby", "alice", { as: "mallory" });
    for (const line of ["hello", "/join mallory", "hi"]) mallory.send(line);
    world.settle();
    expect(mallory.all("error").map(({ code }) => code)).toEqual([
      ...["username_taken", "not_joined"],
    ]);
    expect(mallory.last("welcome").username).toBe("mallory");
    expect(mallory.last("ack")).toMatchObject({ seq: 1 });
  });

  test("a user cannot connect to a full room", () => {
    const world = new World({ ROOM_CONNECTIONS: 2 });
    const { alice } = joinAll(world, "lobby", "alice", "bob");
    const carol = world.open("lobby", { username: "carol" });
    expect(carol.last("error").code).toBe("room_full");
    expect(carol.closed).toBe("goingAway");
    alice.close();
    expect(world.open("lobby").closed).toBeNull();
  });

  test("a user with an invalid bearer token is disconnected", () => {
    const world = new World();
    const peer = world.open("lobby", { token: "short" });
    expect(peer.last("error").code).toBe("unauthorized");
    expect(peer.closed).toBe("unauthorized");
  });

  test("a user who has not joined can only ping and ask for help", () => {
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
    ["did not arrive", false],
    ["arrived without an answer", true],
  ])("a user can join again after a call that %s", (_, isHeard) => {
    const world = new World();
    const alice = startJoin(world, "lobby", "alice");
    alice.send("held");
    const call = world.pendingCall("enter");
    if (isHeard) world.deliver(call);
    world.lose(call);
    expect(alice.all("error").map(({ code }) => code)).toEqual([
      ...["unavailable", "not_joined"],
    ]);
    expect(alice.closed).toBeNull();
    alice.take();
    alice.send({ type: "join", username: "alice", token: secretOf("alice") });
    world.settle();
    expect(alice.last("welcome").username).toBe("alice");
  });

  test("a user's name is free again after the directory's answer to the join was lost", () => {
    const world = new World();
    startJoin(world, "lobby", "alice");
    const call = world.pendingCall("enter");
    world.deliver(call);
    world.lose(call);
    world.pass(60_000);
    expect(world.directory("alice").database.tables).toEqual({});
  });

  test("a user who joined by the URL is asked to reconnect when the directory does not answer", () => {
    const world = new World();
    const alice = world.open("lobby", { username: "alice" });
    world.lose(world.pendingCall("enter"));
    expect(alice.last("error").code).toBe("unavailable");
    expect(alice.closed).toBe("restarted");
  });

  test("a user can repeat a join without limit while the directory does not answer", () => {
    const world = new World();
    const alice = world.open("lobby");
    for (let i = 0; i < 8; i++) {
      alice.send("/join alice");
      world.lose(world.pendingCall("enter"));
      world.settle();
    }
    expect(alice.closed).toBeNull();
  });
});
