// Old state tests: storage of the first release opens in this one, and nothing in it is lost.
import { describe, expect, test } from "vitest";
import { OLD_CLAIM, OLD_CLAIM_AT } from "./support/old-claim.ts";
import { join, startJoin } from "./support/people.ts";
import { ask, enter, outcome } from "./support/requests.ts";
import { World } from "./support/world.ts";

function oldWorld(): World {
  const world = new World();
  const { database } = world.directory("alice");
  for (const statement of OLD_CLAIM) database.exec(statement);
  world.now = OLD_CLAIM_AT;
  return world;
}

describe("a claim of the first release", () => {
  test("a user of the first release still has the name, its spelling and the mail", () => {
    const world = oldWorld();
    const alice = join(world, "lobby", "alice");
    expect(alice.last("welcome").username).toBe("Alice");
    expect(alice.privateTexts).toEqual(["are you there?"]);
    const laptop = join(world, "attic", "alice", { mailSince: 0 });
    expect(laptop.privateTexts).toEqual(["psst", "are you there?"]);
  });

  test("a user of the first release gets a private message with data beside the older mail", () => {
    const world = oldWorld();
    const bob = join(world, "lobby", "bob");
    const data = { sticker: ["cat", null] };
    bob.send({ type: "private", to: "alice", text: "hi", data });
    world.settle();
    world.crash(world.directory("alice"));
    const alice = join(world, "lobby", "alice", { mailSince: 0 });
    const mail = alice.all("private").map((one) => [one.text, one.data]);
    expect(mail).toEqual([
      ["psst", undefined],
      ["are you there?", undefined],
      ["hi", data],
    ]);
  });

  test("another user cannot take a name of the first release before its claim ends", () => {
    const world = oldWorld();
    const mallory = startJoin(world, "lobby", "alice", { as: "mallory" });
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
    world.advance(3_600_000);
    expect(outcome(join(world, "lobby", "alice", { as: "other" }))).toBe(
      "welcome",
    );
  });

  test("an app user can take the name of a guest of the first release", () => {
    const world = oldWorld();
    const [reply] = ask(world, "alice", enter("x", 1, "app alice", "app"));
    expect(reply).toMatchObject({ type: "entered", username: "alice" });
  });

  test("a user's storage of the first release is migrated once", () => {
    const world = oldWorld();
    const host = world.directory("alice");
    ask(world, "alice", { type: "had", identity: "nobody", mail: 0 });
    const { written, tables } = host.database;
    expect(tables.schema).toEqual([{ part: "directory", version: 3 }]);
    host.core = null;
    ask(world, "alice", { type: "had", identity: "nobody", mail: 0 });
    expect(host.database.written).toBe(written);
  });
});

test("users whose names had two keys in an older release leave once each", () => {
  const world = new World();
  const carol = join(world, "lobby", "carol");
  const alice = join(world, "lobby", "alice");
  const other = join(world, "lobby", "bob");
  const host = world.room("lobby");
  world.hibernate(host);
  // As if "Alice" had been another name than "alice" when she joined.
  other.attachment = (other.attachment as unknown[]).with(6, "Alice");
  carol.take();
  for (const peer of [alice, other]) {
    peer.close();
    world.pass(60_000);
  }
  expect(carol.all("left").map(({ username }) => username)).toEqual([
    "alice",
    "Alice",
  ]);
  carol.send({ type: "who" });
  expect(carol.last("members")).toMatchObject({ members: ["carol"], count: 1 });
  expect(host.timer).toBeNull();
});
