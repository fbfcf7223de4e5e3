// What is promised of names once everybody has gone: each comes free, and nothing that is late does its new owner harm.
import assert from "node:assert/strict";
import type { Peer } from "../support/peer.ts";
import { arrive, userOf } from "../support/people.ts";
import type { Flight } from "../support/world.ts";
import { NAMES, type Name, ROOMS } from "./actors.ts";
import type { Conversation } from "./conversation.ts";
import type { MailboxFound } from "./quiesce.ts";
import { comeByAnySecret, expectKeptForGood } from "./rank-promises.ts";

const OWNER = "a stranger";
const DAY_MS = 24 * 3_600_000;
/** Until what was not heard has been said again. */
const SOON_MS = 5000;

/** 7. Names: when everybody has gone each name comes free for a stranger. */
export function expectNamesComeFree(
  conversation: Conversation,
  mailboxes: readonly MailboxFound[],
): void {
  const { world } = conversation;
  askForEach(conversation);
  closeAll(conversation);
  expectLeavesHeard(conversation);
  expectKeptAsLongAsTold(conversation, mailboxes);
  for (const host of world.hosts) world.doze(host);
  const guestMs = world.settings.GUEST_CLAIM_SECONDS * 1000;
  world.pass(2 * guestMs + 60_000);
  expectKeptForGood(conversation);
  world.pass((world.settings.NAME_DAYS + 1) * DAY_MS);
  expectNothingLeft(conversation);
  expectHeldWhileJoining(conversation);
  const owners = NAMES.flatMap((username) => [
    takeOver(conversation, username),
    ...ROOMS.map((room) => arrive(world, room, username, { as: OWNER })),
  ]);
  world.settle();
  expectOldCallsHarmless(conversation, owners);
}

/** Somebody wants each: now the directories know of every room as it is. */
function askForEach({ world }: Conversation): void {
  for (const username of NAMES) {
    const stranger = arrive(world, "attic", username, { as: OWNER });
    world.settle();
    stranger.send("/leave");
    stranger.close();
  }
  world.settle();
}

/** All go; the first time that a room says so it is not heard. */
function closeAll({ world, visits }: Conversation): void {
  for (const { peer } of visits) {
    peer.close();
    // What the server closed need never answer.
    if (peer.closed === "lost" || peer.answersClose) peer.noticeClosed();
  }
  world.settle(isLeave);
  world.advance(world.settings.PRESENCE_GRACE_MS);
  for (const flight of world.flights.filter(isLeave)) world.lose(flight);
  world.pass(SOON_MS);
}

/** The directories know that nobody is in any room. */
function expectLeavesHeard({ world }: Conversation): void {
  for (const username of NAMES) {
    const { claim = [] } = world.directory(username).database.tables;
    for (const { rooms } of claim.map(Object))
      assert.equal(rooms, "[]", `7: ${username} has left every room`);
  }
}

function isLeave({ ops }: Flight): boolean {
  return ops.some(({ type }) => type === "leave");
}

/** 5. What waits for somebody away is there as long as the ack says. */
function expectKeptAsLongAsTold(
  { world }: Conversation,
  mailboxes: readonly MailboxFound[],
): void {
  const sender = arrive(world, "attic", "prober");
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
    // What is too old goes as the next one comes.
    sender.send({ type: "private", to: key, text: "and more" });
    world.settle();
    const peer = comeByAnySecret(world, owner, key);
    assert.ok(
      peer.all("private").some((letter) => letter.id === id),
      "5: it waits as long as the ack says",
    );
    peer.send("/leave");
  }
  sender.send("/leave");
  world.settle();
}

/** A claim that is over is gone by itself, with all that hangs on it. */
function expectNothingLeft({ world }: Conversation): void {
  for (const username of NAMES) {
    const { claim = [], mail = [] } = world.directory(username).database.tables;
    assert.deepEqual([...claim, ...mail], [], `7: of ${username} is left`);
  }
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
  const stranger = arrive(world, "attic", username, { as: OWNER });
  world.settle();
  const [welcome] = stranger.all("welcome");
  assert.ok(welcome !== undefined, `7: ${username} stays taken`);
  assert.equal(welcome.user, userOf(OWNER));
  assert.equal(welcome.mail, 0, "5: the mail went with the claim");
  return stranger;
}

/** Whatever was asked before, and is heard only now, is of no account. */
function expectOldCallsHarmless(
  { world, scene, calls }: Conversation,
  owners: readonly Peer[],
): void {
  // By a clock that was set back it does not show whom a letter was for.
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
    const thief = arrive(world, "attic", username, { as: "a thief" });
    world.settle();
    assert.equal(thief.last("error").code, "username_taken", "7: still theirs");
    thief.close();
  }
}
