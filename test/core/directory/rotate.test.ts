// Rotate tests: a user changes the secret of a name, other devices keep it for a grace period, and the old secret cannot take the name.
import { describe, expect, test } from "vitest";
import { ISSUER, TOKEN } from "../support/app.ts";
import type { Peer } from "../support/peer.ts";
import {
  join,
  joinAll,
  secretOf,
  startJoin,
  userOf,
} from "../support/people.ts";
import { outcome } from "../support/requests.ts";
import { World } from "../support/world.ts";

const DAY = 24 * 3_600_000;

/**
 * Alice is in the lobby under a registered name, and has changed its secret.
 */
function rotated(world: World): { alice: Peer; bob: Peer } {
  const people = joinAll(world, "lobby", "alice", "bob");
  people.alice.send("/register");
  people.alice.send({ type: "rotate", token: secretOf("new") });
  world.settle();
  people.alice.take();
  return people;
}

describe("a changed secret", () => {
  test("a user has the same public id, mail and dedupe window by the new secret", () => {
    const world = new World();
    const { alice, bob } = rotated(world);
    alice.send({ type: "message", text: "hello", id: "1" });
    bob.send("@alice psst");
    world.settle();
    const laptop = join(world, "lobby", "alice", { as: "new", mailSince: 0 });
    expect(laptop.last("welcome").user).toBe(userOf("alice"));
    expect(laptop.last("welcome")).not.toHaveProperty("tokenUntil");
    expect(laptop.last("welcome").count).toBe(2);
    expect(laptop.privateTexts).toEqual(["psst"]);
    laptop.send({ type: "message", text: "hello", id: "1" });
    expect(laptop.last("ack")).toMatchObject({ seq: 1, duplicate: true });
    bob.send("@alice again");
    world.settle();
    expect(laptop.privateTexts).toEqual(["psst", "again"]);
  });

  test("a user may join by the old secret for 30 days, and is told so", () => {
    const world = new World();
    rotated(world);
    const until = world.now + 30 * DAY;
    const phone = join(world, "kitchen", "alice");
    expect(phone.last("welcome").tokenUntil).toBe(until);
    phone.close(1000);
    world.pass(30 * DAY);
    const late = startJoin(world, "kitchen", "alice");
    world.settle();
    expect(outcome(late)).toBe("username_taken");
    const laptop = join(world, "kitchen", "alice", { as: "new" });
    expect(laptop.last("welcome").user).toBe(userOf("alice"));
  });

  test("a user's change of secret is told to all connections, and closes none", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const phone = join(world, "kitchen", "alice");
    alice.send("/register");
    world.settle();
    alice.send(`/rotate ${secretOf("new")}`);
    world.settle();
    const until = world.now + 30 * DAY;
    for (const { inbox } of [alice, phone])
      expect(inbox.at(-1)).toEqual({
        ...{ type: "rotated", username: "alice", until },
      });
    expect([alice.closed, phone.closed]).toEqual([null, null]);
    expect(JSON.stringify(phone.inbox)).not.toContain(secretOf("new"));
  });

  test("a user cannot change to a weak secret", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/register");
    alice.send({ type: "rotate", token: "short" });
    expect(alice.last("error").code).toBe("unauthorized");
  });

  test("a user cannot change to a secret that looks like an app token", () => {
    const world = new World({ JWT_ISSUER: ISSUER, GUEST_PREFIX: "-" });
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/register");
    world.settle();
    const token = "a-secret-of-mine.but-with-two.dots-in-it";
    for (const looksLike of [TOKEN, token]) {
      alice.send({ type: "rotate", token: looksLike });
      expect(alice.last("error").code).toBe("unauthorized");
    }
    expect(world.pendingCalls).toEqual([]);
  });

  test("a user cannot change the secret of a name that is not registered", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send({ type: "rotate", token: secretOf("new") });
    world.settle();
    expect(alice.last("error").code).toBe("forbidden");
  });

  test("a user may change the new secret again, and repeat a change", () => {
    const world = new World();
    const { alice } = rotated(world);
    alice.send({ type: "rotate", token: secretOf("new") });
    alice.send({ type: "rotate", token: secretOf("newer") });
    world.settle();
    expect(alice.all("rotated")).toHaveLength(2);
    for (const as of ["alice", "new", "newer"])
      expect(outcome(join(world, "attic", "alice", { as }))).toBe("welcome");
    alice.send({ type: "release" });
    world.settle();
    expect(alice.all("released")).toHaveLength(1);
  });

  test("a user may repeat a change of secret whose answer was lost", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/register");
    world.settle();
    alice.send({ type: "rotate", token: secretOf("new") });
    const call = world.pendingCall("rotate");
    world.deliver(call);
    world.lose(call);
    alice.send({ type: "rotate", token: secretOf("new") });
    world.settle();
    alice.send({ type: "release" });
    world.settle();
    expect(alice.all("error").map(({ code }) => code)).toEqual(["unavailable"]);
    expect(alice.all("released")).toHaveLength(1);
  });

  test("a user's new secret survives a sleep and a kill of the directory and the room", () => {
    const world = new World();
    rotated(world);
    const laptop = join(world, "kitchen", "alice", { as: "new" });
    world.hibernate(world.room("kitchen"));
    world.hibernate(world.directory("alice"));
    laptop.send("/release");
    world.settle();
    expect(laptop.all("released")).toHaveLength(1);
    world.crash(world.directory("alice"));
    expect(outcome(join(world, "attic", "alice", { as: "new" }))).toBe(
      "welcome",
    );
  });

  test("a user gets a resting name back by the new secret, with the same public id", () => {
    const world = new World();
    const { alice } = rotated(world);
    alice.send("/release");
    alice.send("/leave");
    world.pass(DAY);
    const back = join(world, "lobby", "alice", { as: "new" });
    expect(back.last("welcome").user).toBe(userOf("alice"));
  });

  test("a user is another identity by the same secret under another name", () => {
    const world = new World();
    rotated(world);
    const other = join(world, "lobby", "carol", { as: "new" });
    expect(other.last("welcome").user).toBe(userOf("new"));
  });
});

describe("a user with the old secret", () => {
  test.each([
    ["register the name", "/register"],
    ["release the name", "/release"],
    ["change the secret back", `/rotate ${secretOf("mallory")}`],
  ])("a user with the old secret cannot %s", (_, line) => {
    const world = new World();
    rotated(world);
    const thief = join(world, "cellar", "alice");
    thief.take();
    thief.send(line);
    world.settle();
    expect(thief.take()).toMatchObject([{ type: "error", code: "forbidden" }]);
    const back = join(world, "lobby", "alice", { as: "new" });
    expect(back.last("welcome")).toHaveProperty("registered");
  });

  test("a user cannot change the name on a connection that joined by the old secret", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const thief = join(world, "cellar", "alice");
    alice.send("/register");
    world.settle();
    alice.send({ type: "rotate", token: secretOf("new") });
    world.settle();
    thief.send("/release");
    world.settle();
    expect(thief.last("error").code).toBe("forbidden");
  });
});

describe("a user who joins by another secret than the first", () => {
  test("a user who joins by a new secret gets mail of that time once", () => {
    const world = new World();
    const { bob } = rotated(world);
    const laptop = startJoin(world, "kitchen", "alice", { as: "new" });
    const call = world.pendingCall("enter");
    world.deliver(call);
    bob.send("@alice psst");
    bob.send("@alice again");
    world.settle((one) => one === call);
    world.settle();
    expect(laptop.privateTexts).toEqual(["psst", "again"]);
  });

  test("a user who joins by a new secret is found by a challenge", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice } = rotated(world);
    alice.send("/release");
    world.settle();
    const laptop = startJoin(world, "kitchen", "alice", { as: "new" });
    const enter = world.pendingCall("enter");
    world.deliver(enter);
    alice.send("/leave");
    const mallory = startJoin(world, "attic", "alice", { as: "mallory" });
    world.settle((one) => one === enter);
    world.settle();
    expect([laptop, mallory].map(outcome)).toEqual([
      ...["welcome", "username_taken"],
    ]);
  });

  test("a user who joins by a new secret gets notices of that time", () => {
    const world = new World();
    const { alice } = rotated(world);
    const laptop = startJoin(world, "kitchen", "alice", { as: "new" });
    const enter = world.pendingCall("enter");
    world.deliver(enter);
    alice.send("/release");
    world.settle((one) => one === enter);
    world.settle();
    const types = laptop.inbox.map(({ type }) => type);
    expect(types).toEqual(["welcome", "history", "released"]);
  });

  test.each(["leaves", "vanishes mid-join"])(
    "a user stays in the room although another connection %s by the old secret",
    (how) => {
      const world = new World();
      const { bob } = rotated(world);
      const tablet = startJoin(world, "kitchen", "alice");
      if (how === "leaves") world.settle();
      const laptop = startJoin(world, "kitchen", "alice", { as: "new" });
      if (how === "leaves") tablet.send("/leave");
      else tablet.close();
      world.settle();
      bob.send("@alice psst");
      world.settle();
      expect(laptop.privateTexts).toEqual(["psst"]);
      expect(world.askRoom("kitchen", { type: "info" })).toMatchObject({
        count: 1,
      });
    },
  );

  test("a user's other connections stay when one that joins by a new secret is lost", () => {
    const world = new World();
    const { alice } = rotated(world);
    const laptop = startJoin(world, "lobby", "alice", { as: "new" });
    const enter = world.pendingCall("enter");
    world.deliver(enter);
    laptop.close();
    world.lose(enter);
    world.pass(60_000);
    const mallory = startJoin(world, "cellar", "alice", { as: "mallory" });
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
    expect(world.directory("alice").alarm ?? Infinity).toBeGreaterThan(
      world.now + DAY,
    );
    expect(alice.closed).toBeNull();
  });
});
