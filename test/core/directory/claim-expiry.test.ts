// Claim expiry tests: a guest's claim ends a fixed time after the directory knows that the guest has gone.
import { describe, expect, test } from "vitest";
import { join, joinAll, startJoin, userOf } from "../support/people.ts";
import {
  ask,
  enter,
  isForgotten,
  leave,
  outcome,
} from "../support/requests.ts";
import { type PendingCall, World } from "../support/world.ts";

describe("the end of a guest's claim", () => {
  test("a guest's claim ends a fixed time after the directory knows that the guest has gone", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 60 });
    joinAll(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    // No call comes for an hour, so the directory does not know yet.
    world.pass(3_600_000);
    const mallory = () => {
      const peer = startJoin(world, "kitchen", "alice", { as: "mallory" });
      world.settle();
      return peer.last("error").retryAfter;
    };
    expect(mallory()).toBe(60_000);
    world.pass(59_000);
    expect(mallory()).toBe(1000);
    world.pass(1000);
    expect(mallory).toThrow(/No error/);
  });

  test("a guest's claim ends by an alarm, and nothing of it stays stored", () => {
    const world = new World();
    const { alice: holder } = joinAll(world, "lobby", "alice");
    holder.send("/leave");
    world.settle();
    expect(isForgotten(world, "alice")).toBe(false);
    world.pass(60_000);
    expect(isForgotten(world, "alice")).toBe(true);
  });

  test("a guest's claim ends by an alarm that wakes the directory", () => {
    const world = new World();
    const { alice: holder } = joinAll(world, "lobby", "alice");
    holder.send("/leave");
    world.settle();
    world.hibernate(world.directory("alice"));
    world.pass(60_000);
    expect(isForgotten(world, "alice")).toBe(true);
  });

  test("a guest's claim ends in time although the alarm is late", () => {
    const world = new World();
    ask(world, "alice", enter("lobby", 1), leave("lobby", 1));
    world.directory("alice").alarm = null;
    world.advance(60_000);
    const [reply] = ask(world, "alice", enter("x", 1, "mallory"));
    expect(reply?.type).toBe("entered");
  });

  test("a guest's claim ends by an alarm although an earlier alarm failed and was lost", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send("@bob psst");
    world.settle(({ ops }) => ops.some(({ type }) => type === "deliver"));
    world.lose(world.pendingCall("deliver"));
    world.settle();
    const directory = world.directory("bob");
    world.advance(world.settings.FLUSH_CEILING_MS);
    expect(directory.timer).toBeNull();
    expect(directory.alarm).not.toBeNull();
    directory.alarm = null;
    world.advance(30_000);
    bob.send("/leave");
    world.deliver(world.pendingCall("leave"));
    expect(directory.alarm).not.toBeNull();
    world.pass(90_000);
    expect(isForgotten(world, "bob")).toBe(true);
  });

  test("a guest's claim ends in time although the alarm is early", () => {
    const world = new World();
    ask(world, "alice", enter("lobby", 1), leave("lobby", 1));
    world.advance(59_999);
    const directory = world.directory("alice");
    directory.alarm = null;
    directory.run({ kind: "due", by: "alarm" });
    world.pass(10);
    expect(isForgotten(world, "alice")).toBe(true);
  });

  test("a guest's claim ends in time although an earlier alarm replaced its own", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "bob");
    const { alice: holder } = joinAll(world, "lobby", "alice");
    holder.send("/leave");
    world.settle();
    bob.send("@alice psst");
    world.deliver(world.pendingCall("post"));
    // The copy for bob is never answered, and the directory loses its memory.
    world.lose(world.pendingCall("copy"));
    world.settle();
    world.crash(world.directory("alice"));
    world.pass(60_000);
    expect(isForgotten(world, "alice")).toBe(true);
  });

  test("a guest's claim ends at once if the setting is 0 seconds", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice: holder } = joinAll(world, "lobby", "alice");
    holder.send("/leave");
    world.pass(0);
    expect(isForgotten(world, "alice")).toBe(true);
  });

  test("a guest's claim does not end if the guest is back in time", () => {
    const world = new World();
    const { alice: holder } = joinAll(world, "lobby", "alice");
    holder.send("/leave");
    world.pass(59_999);
    join(world, "kitchen", "alice");
    world.pass(3_600_000);
    const mallory = startJoin(world, "lobby", "alice", { as: "mallory" });
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
  });

  test("a guest's new claim has nothing of the old one", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice: holder, bob } = joinAll(world, "lobby", "alice", "bob");
    bob.send("@alice secret");
    world.settle();
    holder.send("/leave");
    world.settle();
    const other = join(world, "kitchen", "ALICE", { as: "other" });
    expect(other.last("welcome")).toMatchObject({
      username: "ALICE",
      user: userOf("other"),
    });
    expect(other.privateTexts).toEqual([]);
    const mailSince = 0;
    const again = join(world, "attic", "alice", { as: "other", mailSince });
    expect(again.privateTexts).toEqual([]);
  });
});

test("a guest's directory sets no timer when a room answers after the claim has ended", () => {
  const world = new World({ GUEST_CLAIM_SECONDS: 1, PRESENCE_GRACE_MS: 0 });
  const holder = join(world, "lobby", "alice");
  const bob = join(world, "kitchen", "bob");
  bob.send("@alice psst");
  // The room has the mail; its answer is late.
  world.settle(({ ops, leg }) => isDelivery(ops) && leg === "back");
  const late = world.pendingCall("deliver");
  const isLate = (call: PendingCall) => call === late;
  holder.close();
  world.settle(isLate);
  world.advance(10_000, () => world.settle(isLate));
  world.settle();
  expect(world.directory("alice").timer).toBeNull();
  world.pass(60_000);
  const other = join(world, "lobby", "alice", { as: "other" });
  expect(outcome(other)).toBe("welcome");
});

function isDelivery(ops: readonly { readonly type: string }[]): boolean {
  return ops.some(({ type }) => type === "deliver");
}
