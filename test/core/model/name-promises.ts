// What is promised of names once everybody has gone: each comes free, and nothing that is late does its new owner harm.
import assert from "node:assert/strict";
import { nameKey } from "../../../src/protocol/names.ts";
import type { Peer } from "../peer.ts";
import { arrive, userOf } from "../people.ts";
import { NAMES, type Name, ROOMS } from "./cast.ts";
import type { Conversation } from "./conversation.ts";

const OWNER = "a stranger";

/** 7. Names: when everybody has gone each name comes free for a stranger. */
export function expectNamesComeFree(conversation: Conversation): void {
  const { world, visits } = conversation;
  for (const { peer } of visits) {
    peer.close();
    // What the server closed need never answer.
    if (peer.closed === "lost" || peer.answersClose) peer.noticeClosed();
  }
  world.pass(60_000);
  for (const host of world.hosts) world.doze(host);
  const guestMs = world.settings.GUEST_CLAIM_SECONDS * 1000;
  world.pass(2 * guestMs + 60_000);
  expectHeldWhileJoining(conversation);
  const owners = NAMES.flatMap((username) => [
    takeOver(conversation, username),
    ...ROOMS.map((room) => arrive(world, room, username, { as: OWNER })),
  ]);
  world.settle();
  expectOldCallsHarmless(conversation, owners);
}

/** Who has been granted the name, and has yet to hear of it, has it. */
function expectHeldWhileJoining({ world }: Conversation): void {
  const owner = arrive(world, "lobby", "dave", { as: OWNER });
  const entering = world.flight("enter");
  world.deliver(entering);
  for (let tries = 0; tries < 2; tries++) {
    const thief = arrive(world, "kitchen", "dave", { as: "a thief" });
    world.settle((flight) => flight === entering);
    assert.equal(thief.last("error").code, "username_taken", "7: it is held");
    thief.close();
    world.now += world.settings.GUEST_CLAIM_SECONDS * 1000 + 2000;
  }
  world.settle();
  assert.equal(owner.all("welcome").length, 1, "7: it is theirs");
}

function takeOver({ world }: Conversation, username: Name): Peer {
  for (let tries = 0; tries < 3; tries++) {
    const stranger = arrive(world, "attic", username, { as: OWNER });
    world.settle();
    const [welcome] = stranger.all("welcome");
    if (welcome !== undefined) {
      assert.equal(welcome.user, userOf(OWNER));
      assert.equal(welcome.mail, 0, "5: the mail went with the claim");
      return stranger;
    }
    const { retryAfter = 0 } = stranger.last("error");
    stranger.close();
    world.pass(retryAfter);
  }
  throw new Error(`7: ${nameKey(username)} stays taken for ever`);
}

/** Whatever was asked before, and is heard only now, is of no account. */
function expectOldCallsHarmless(
  { world, calls }: Conversation,
  owners: readonly Peer[],
): void {
  for (const call of [...calls]) {
    const ops = call.ops.filter(
      ({ type }) => type !== "enter" && type !== "post" && type !== "copy",
    );
    if (ops.length > 0) world.repeat({ ...call, ops });
  }
  world.settle();
  for (const owner of owners) {
    assert.equal(owner.all("welcome").length, 1, "7: it is theirs");
    assert.equal(owner.closed, null, "7: nothing old closes them");
    assert.deepEqual(owner.all("private"), [], "5: that was for another");
  }
  world.pass(2 * world.settings.GUEST_CLAIM_SECONDS * 1000);
  for (const username of NAMES) {
    const thief = arrive(world, "attic", username, { as: "a thief" });
    world.settle();
    assert.equal(thief.last("error").code, "username_taken", "7: still theirs");
    thief.close();
  }
}
