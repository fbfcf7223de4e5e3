// App user tests: a token decides the name and the rooms of an app's user, and a bad token is refused.
import { describe, expect, test } from "vitest";
import { appWorld, joinByToken, TOKEN } from "../support/app.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

describe("a user of the app", () => {
  test("an app user joins under the name that the app gives, and gets no secret", () => {
    const welcome = joinByToken(appWorld()).last("welcome");
    expect(welcome).toMatchObject({ username: "alice" });
    expect(welcome).not.toHaveProperty("token");
    expect(welcome).not.toHaveProperty("expires");
  });

  test("an app user is the same user by frame, by header and in every room", () => {
    const world = appWorld();
    const byFrame = joinByToken(world).last("welcome");
    const byHeader = world.open("kitchen", { token: TOKEN });
    byHeader.send({ type: "join" });
    world.settle();
    expect(byHeader.last("welcome").user).toBe(byFrame.user);
    const byUrl = world.open("lobby", { token: TOKEN, username: "alice" });
    world.settle();
    expect(byUrl.last("welcome").user).toBe(byFrame.user);
  });

  test("an app user cannot choose another name than the app's", () => {
    const world = appWorld();
    const peer = joinByToken(world, "lobby", { username: "bob" });
    expect(peer.last("welcome").username).toBe("alice");
  });

  test("app users with similar issuers and subjects are different users", () => {
    const users = [
      { issuer: "a", subject: "bc" },
      { issuer: "ab", subject: "c" },
      { issuer: "a b", subject: "c" },
      { issuer: "a", subject: "b c" },
    ].map((claims) => joinByToken(appWorld(claims)).last("welcome").user);
    expect(new Set(users).size).toBe(users.length);
  });

  test.for([
    ["alice", "alice"],
    ["auth0|12", "auth0_12"],
    ["Zoë Müller", "Zoë_Müller"],
    ["alice@app.example", "alice_app.example"],
    ["  .-bob.. ", "bob"],
    ["李雷", "李雷"],
    ["x".repeat(40), "x".repeat(32)],
    [`${"x".repeat(31)}.y`, "x".repeat(31)],
  ])("an app user named %j joins as %j", ([username = "", shown]) => {
    const peer = joinByToken(appWorld({ username }));
    expect(peer.last("welcome").username).toBe(shown);
  });

  test.for([[""], ["  "], ["🐟"], ["---"], ["guest-7"], ["GUEST-bob"]])(
    "an app user named %j is refused with a reason",
    ([username]) => {
      const peer = joinByToken(appWorld({ username: username ?? "" }));
      expect(peer.last("error")).toMatchObject({
        code: "bad_username",
        message: expect.stringMatching(/user name|guest/),
      });
    },
  );

  test("an app user's frames during the token check are handled in order after the join", () => {
    const world = appWorld();
    const bob = join(world, "lobby", "bob");
    const peer = world.open("lobby");
    peer.send({ type: "join", token: TOKEN });
    peer.send("one");
    world.deliver(world.pendingCall("verify"));
    world.deliver(world.pendingCall("verify"));
    // The token is verified, and the call to the directory is in flight.
    peer.send("two");
    world.settle();
    expect(bob.messageTexts).toEqual(["one", "two"]);
  });

  test("an app user is asked to reconnect if the room restarts during the token check", () => {
    const world = appWorld();
    const peer = world.open("lobby");
    peer.send({ type: "join", token: TOKEN });
    const host = world.room("lobby");
    host.core = null;
    world.open("lobby");
    expect(peer.closed).toBe("restarted");
  });

  test("an app user can retry after the token could not be checked", () => {
    const world = appWorld();
    const peer = world.open("lobby");
    peer.send({ type: "join", token: TOKEN });
    world.lose(world.pendingCall("verify"));
    expect(peer.last("error")).toMatchObject({
      code: "unavailable",
      retryAfter: expect.any(Number),
    });
    peer.send({ type: "join", token: TOKEN });
    world.settle();
    expect(peer.last("welcome").username).toBe("alice");
  });

  test("an app user who disconnects during the token check never joins", () => {
    const world = appWorld();
    const peer = world.open("lobby");
    peer.send({ type: "join", token: TOKEN });
    peer.close();
    world.settle();
    expect(world.askRoom("lobby", { type: "info" })).toMatchObject({
      count: 0,
      epoch: null,
    });
  });
});

describe("a token that is refused", () => {
  test("a user is disconnected after five joins with a bad token", () => {
    const world = appWorld();
    const peer = world.open("lobby");
    for (let i = 0; i < 5; i++) {
      peer.send({ type: "join", token: `${TOKEN}x` });
      world.settle();
    }
    expect(peer.all("error").map(({ code }) => code)).toEqual(
      Array(5).fill("unauthorized"),
    );
    expect(peer.closed).toBe("unauthorized");
  });

  test("a user with a bad token in the header is disconnected at once", () => {
    const world = appWorld();
    const peer = world.open("lobby", { token: `${TOKEN}x`, username: "alice" });
    world.settle();
    expect(peer.last("error").code).toBe("unauthorized");
    expect(peer.closed).toBe("unauthorized");
  });

  test.for([
    "eyJhbGciOiJub25lIn0.e30.",
    "eyJhbGciOiJIUzI1NiJ9.broken",
    "ewogImFsZyI6ICJub25lIn0.e30.c2ln",
    "IHsiYWxnIjoibm9uZSJ9.e30.c2ln",
    "eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn",
  ])("a guest cannot use %s as a secret", (token) => {
    const world = appWorld();
    const peer = joinByToken(world, "lobby", { username: "mallory", token });
    expect(peer.all("welcome")).toEqual([]);
    expect(peer.last("error").code).toBe("unauthorized");
  });

  test("a user can use a JWT as a secret on a server without an app", () => {
    const world = new World();
    const peer = joinByToken(world, "lobby", { username: "alice" });
    expect(peer.last("welcome").username).toBe("alice");
  });
});

describe("the rooms of a token", () => {
  test("an app user can join the rooms of the token and no others", () => {
    const world = appWorld({ rooms: ["team-*", "lobby"] });
    expect(joinByToken(world, "team-7").all("welcome")).toHaveLength(1);
    expect(joinByToken(world, "lobby").all("welcome")).toHaveLength(1);
    expect(joinByToken(world, "board").last("error")).toMatchObject({
      code: "forbidden",
      message: "The token does not open this room.",
    });
  });

  test("an app user whose bearer token names other rooms is disconnected", () => {
    const world = appWorld({ rooms: [] });
    const peer = world.open("lobby", { token: TOKEN });
    world.settle();
    expect(peer.closed).toBe("refused");
  });
});
