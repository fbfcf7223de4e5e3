// Name promises: when all users have left, each name becomes free, and no late call harms its new owner.
import assert from "node:assert/strict";
import type { Peer } from "../support/peer.ts";
import { startJoin, userOf } from "../support/people.ts";
import type { PendingCall } from "../support/world.ts";
import { NAMES, type Name, ROOMS } from "./actors.ts";
import type { Conversation } from "./conversation.ts";
import type { MailboxSnapshot } from "./quiesce.ts";
import { expectKeptNames, joinByAnySecret } from "./rank-promises.ts";

const OWNER = "a stranger";
const DAY_MS = 24 * 3_600_000;
/** Time until lost calls have been repeated. */
const SOON_MS = 5000;

/** 7. Names: when all users have left, each name becomes free for a stranger. */
export function expectNamesComeFree(
  conversation: Conversation,
  mailboxes: readonly MailboxSnapshot[],
): void {
  const { world } = conversation;
  askForEach(conversation);
  closeAll(conversation);
  expectLeavesHeard(conversation);
  expectKeptAsLongAsTold(conversation, mailboxes);
  for (const host of world.hosts) world.sleepIfIdle(host);
  const guestMs = world.settings.GUEST_CLAIM_SECONDS * 1000;
  world.pass(2 * guestMs + 60_000);
  expectKeptNames(conversation);
  world.pass((world.settings.NAME_DAYS + 1) * DAY_MS);
  expectNothingLeft(conversation);
  expectHeldWhileJoining(conversation);
  const owners = NAMES.flatMap((username) => [
    takeOver(conversation, username),
    ...ROOMS.map((room) => startJoin(world, room, username, { as: OWNER })),
  ]);
  world.settle();
  expectOldCallsHarmless(conversation, owners);
}

/** A stranger asks for each name, so that the directories challenge all rooms. */
function askForEach({ world }: Conversation): void {
  for (const username of NAMES) {
    const stranger = startJoin(world, "attic", username, { as: OWNER });
    world.settle();
    stranger.send("/leave");
    stranger.close();
  }
  world.settle();
}

/** Disconnects all users; the first call of each room about a leave is lost. */
function closeAll({ world, sessions }: Conversation): void {
  for (const { peer } of sessions) {
    peer.close();
    // A client whose connection the server has closed need not answer the close.
    if (peer.closed === "lost" || peer.answersClose) peer.noticeClosed();
  }
  world.settle(isLeave);
  world.advance(world.settings.PRESENCE_GRACE_MS);
  for (const call of world.pendingCalls.filter(isLeave)) world.lose(call);
  world.pass(SOON_MS);
}

/** The directories know that all rooms are empty. */
function expectLeavesHeard({ world }: Conversation): void {
  for (const username of NAMES) {
    const { claim = [] } = world.directory(username).database.tables;
    for (const { rooms } of claim.map(Object))
      assert.equal(rooms, "[]", `7: ${username} has left every room`);
  }
}

function isLeave({ ops }: PendingCall): boolean {
  return ops.some(({ type }) => type === "leave");
}

/** 5. Mail for an absent user is kept as long as the ack says. */
function expectKeptAsLongAsTold(
  { world }: Conversation,
  mailboxes: readonly MailboxSnapshot[],
): void {
  const sender = startJoin(world, "attic", "prober");
  world.settle();
  const told = mailboxes.flatMap(({ key, owner }) => {
    sender.take();
    sender.send({ type: "private", to: key, text: "wait" });
    world.settle();
    const [ack] = sender.all("ack");
    const isWaiting = ack !== undefined && "private" in ack;
    const { expires } = isWaiting ? ack : {};
    return isWaiting && expires !== undefined
      ? { key, owner, id: ack.private, expires }
      : [];
  });
  for (const { key, owner, id, expires } of told.sort(
    (one, other) => one.expires - other.expires,
  )) {
    world.pass(Math.max(0, expires - 1 - world.now));
    // Mail that is too old is dropped when the next message comes.
    sender.send({ type: "private", to: key, text: "and more" });
    world.settle();
    const peer = joinByAnySecret(world, owner, key);
    assert.ok(
      peer.all("private").some((message) => message.id === id),
      "5: it waits as long as the ack says",
    );
    peer.send("/leave");
  }
  sender.send("/leave");
  world.settle();
}

/** A claim that has ended is deleted, with its mail. */
function expectNothingLeft({ world }: Conversation): void {
  for (const username of NAMES) {
    const { claim = [], mail = [] } = world.directory(username).database.tables;
    assert.deepEqual([...claim, ...mail], [], `7: of ${username} is left`);
  }
}

/** A user whose name is granted has it, even before the answer arrives. */
function expectHeldWhileJoining({ world }: Conversation): void {
  const owner = startJoin(world, "lobby", "dave", { as: OWNER });
  const entering = world.pendingCall("enter");
  world.deliver(entering);
  for (let tries = 0; tries < 2; tries++) {
    const thief = startJoin(world, "kitchen", "dave", { as: "a thief" });
    world.settle((call) => call === entering);
    assert.equal(thief.last("error").code, "username_taken", "7: it is held");
    thief.close();
    world.now += world.settings.GUEST_CLAIM_SECONDS * 1000 + 2000;
  }
  world.settle();
  assert.equal(owner.all("welcome").length, 1, "7: it is theirs");
}

function takeOver({ world }: Conversation, username: Name): Peer {
  const stranger = startJoin(world, "attic", username, { as: OWNER });
  world.settle();
  const [welcome] = stranger.all("welcome");
  assert.ok(welcome !== undefined, `7: ${username} stays taken`);
  assert.equal(welcome.user, userOf(OWNER));
  assert.equal(welcome.mail, 0, "5: the mail went with the claim");
  return stranger;
}

/** Repeated calls of earlier claims have no effect. */
function expectOldCallsHarmless(
  { world, scene, calls }: Conversation,
  owners: readonly Peer[],
): void {
  // After the clock was set back, times do not show which claim a message was for.
  const wasSetBack = scene.steps.some((step) => step.do === "setBack");
  for (const call of [...calls]) {
    const ops = call.ops.filter(
      ({ type }) => type !== "enter" && !(wasSetBack && type === "post"),
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
    const thief = startJoin(world, "attic", username, { as: "a thief" });
    world.settle();
    assert.equal(thief.last("error").code, "username_taken", "7: still theirs");
    thief.close();
  }
}
