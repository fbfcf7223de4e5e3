// Users of the host's app: what a token opens, and what it does not.
import { describe, expect, test } from "vitest";
import { bringIn, TOKEN, worldOf } from "../support/app.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

describe("a user of the app", () => {
  test("comes in under the name that the app gives, without a secret", () => {
    const welcome = bringIn(worldOf()).last("welcome");
    expect(welcome).toMatchObject({ username: "alice" });
    expect(welcome).not.toHaveProperty("token");
    expect(welcome).not.toHaveProperty("expires");
  });

  test("is the same user by the frame, by the header and in every room", () => {
    const world = worldOf();
    const byFrame = bringIn(world).last("welcome");
    const byHeader = world.open("kitchen", { token: TOKEN });
    byHeader.send({ type: "join" });
    world.settle();
    expect(byHeader.last("welcome").user).toBe(byFrame.user);
    const byUrl = world.open("lobby", { token: TOKEN, username: "alice" });
    world.settle();
    expect(byUrl.last("welcome").user).toBe(byFrame.user);
  });

  test("is who the app says, whatever name they ask for", () => {
    const world = worldOf();
    const peer = bringIn(world, "lobby", { username: "bob" });
    expect(peer.last("welcome").username).toBe("alice");
  });

  test("is another than that of a subject or an issuer that run together", () => {
    const users = [
      { issuer: "a", subject: "bc" },
      { issuer: "ab", subject: "c" },
      { issuer: "a b", subject: "c" },
      { issuer: "a", subject: "b c" },
    ].map((claims) => bringIn(worldOf(claims)).last("welcome").user);
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
  ])("whom the app calls %j has the name %j", ([username = "", shown]) => {
    const peer = bringIn(worldOf({ username }));
    expect(peer.last("welcome").username).toBe(shown);
  });

  test.for([[""], ["  "], ["🐟"], ["---"], ["guest-7"], ["GUEST-bob"]])(
    "whom the app calls %j cannot come in, and is told why",
    ([username]) => {
      const peer = bringIn(worldOf({ username: username ?? "" }));
      expect(peer.last("error")).toMatchObject({
        code: "bad_username",
        message: expect.stringMatching(/user name|guest/),
      });
    },
  );

  test("keeps what they sent while the token was checked, in order", () => {
    const world = worldOf();
    const bob = join(world, "lobby", "bob");
    const peer = world.open("lobby");
    peer.send({ type: "join", token: TOKEN });
    peer.send("one");
    world.deliver(world.flight("verify"));
    world.deliver(world.flight("verify"));
    // Now the directory thinks.
    peer.send("two");
    world.settle();
    expect(bob.heard).toEqual(["one", "two"]);
  });

  test("is told to come back if the room forgot them meanwhile", () => {
    const world = worldOf();
    const peer = world.open("lobby");
    peer.send({ type: "join", token: TOKEN });
    const host = world.room("lobby");
    host.core = null;
    world.open("lobby");
    expect(peer.closed).toBe("restarted");
  });

  test("may try again where the token could not be checked", () => {
    const world = worldOf();
    const peer = world.open("lobby");
    peer.send({ type: "join", token: TOKEN });
    world.lose(world.flight("verify"));
    expect(peer.last("error")).toMatchObject({
      code: "unavailable",
      retryAfter: expect.any(Number),
    });
    peer.send({ type: "join", token: TOKEN });
    world.settle();
    expect(peer.last("welcome").username).toBe("alice");
  });

  test("who went while the token was checked leaves nothing", () => {
    const world = worldOf();
    const peer = world.open("lobby");
    peer.send({ type: "join", token: TOKEN });
    peer.close();
    world.settle();
    expect(world.read("lobby", { type: "info" })).toMatchObject({
      count: 0,
      epoch: null,
    });
  });
});

describe("a token that is refused", () => {
  test("costs one of the tries, in a frame", () => {
    const world = worldOf();
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

  test("closes the connection, in the header", () => {
    const world = worldOf();
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
  ])("%s is never a guest's secret", (token) => {
    const world = worldOf();
    const peer = bringIn(world, "lobby", { username: "mallory", token });
    expect(peer.all("welcome")).toEqual([]);
    expect(peer.last("error").code).toBe("unauthorized");
  });

  test("where there is no app a token is a secret like any other", () => {
    const world = new World();
    const peer = bringIn(world, "lobby", { username: "alice" });
    expect(peer.last("welcome").username).toBe("alice");
  });
});

describe("the rooms of a token", () => {
  test("are open, and no others", () => {
    const world = worldOf({ rooms: ["team-*", "lobby"] });
    expect(bringIn(world, "team-7").all("welcome")).toHaveLength(1);
    expect(bringIn(world, "lobby").all("welcome")).toHaveLength(1);
    expect(bringIn(world, "board").last("error")).toMatchObject({
      code: "forbidden",
      message: "The token does not open this room.",
    });
  });

  test("hold for a bearer too, whose connection is closed", () => {
    const world = worldOf({ rooms: [] });
    const peer = world.open("lobby", { token: TOKEN });
    world.settle();
    expect(peer.closed).toBe("refused");
  });
});
