// Promises: the model checks the promises of the server, one function each, as far as clients can see them.
import assert from "node:assert/strict";
import * as LIMITS from "../../../src/protocol/limits.ts";
import { ROOMS, type RoomName } from "./actors.ts";
import { each } from "./blame.ts";
import { expectBlocksHold } from "./block-promises.ts";
import type { Conversation } from "./conversation.ts";
import { expectNamesComeFree } from "./name-promises.ts";
import { expectTrueLeaves, expectTruePresence } from "./presence-promises.ts";
import {
  expectNobodyElseSaw,
  expectPrivatesArrived,
  expectPrivatesInOrder,
} from "./private-promises.ts";
import {
  quiesce,
  readLog,
  readMailboxes,
  reconnectDevices,
  repeatAll,
} from "./quiesce.ts";
import { expectRightlyEvicted } from "./rank-promises.ts";
import { expectFolded, expectReactions } from "./reaction-promises.ts";
import {
  expectMailOfTheirClaim,
  expectResumesAtEdges,
} from "./resume-probe.ts";

/** Delivers all calls, then checks what all clients have seen. */
export function expectPromisesKept(conversation: Conversation): void {
  quiesce(conversation);
  for (const room of ROOMS) expectRoomPromises(conversation, room);
  expectAnswers(conversation);
  expectCommands(conversation);
  expectTruePresence(conversation);
  expectTrueLeaves(conversation);
  expectRest(conversation);
  expectRightlyEvicted(conversation);
  const before = readMailboxes(conversation);
  expectPrivatesArrived(conversation, before, "live");
  reconnectDevices(conversation);
  expectPrivatesArrived(conversation, readMailboxes(conversation), "devices");
  repeatAll(conversation);
  expectTruePresence(conversation);
  for (const room of ROOMS) expectRoomPromises(conversation, room);
  expectCommands(conversation);
  const mailboxes = readMailboxes(conversation);
  expectPrivatesArrived(conversation, mailboxes, "repeated");
  expectPrivatesInOrder(conversation, mailboxes);
  for (const room of ROOMS) expectResumesAtEdges(conversation, room);
  expectMailOfTheirClaim(conversation, mailboxes);
  expectNobodyElseSaw(conversation);
  expectBlocksHold(conversation);
  conversation.events?.expectDelivered(conversation);
  expectNamesComeFree(conversation, mailboxes);
}

function expectRoomPromises(conversation: Conversation, room: RoomName): void {
  const log = readLog(conversation, room);
  expectOrder(conversation, room, log);
  expectDurable(conversation, room, log);
  expectOnce(conversation, room, log);
  conversation.app?.expectAllowed(log);
  const { settings } = conversation.world;
  conversation.commands.expectSaidOnce(log, settings.ROOM_HISTORY);
  expectResumed(conversation, room, log);
  expectReactions(conversation, room, log);
  expectFolded(conversation, room, log);
}

type Log = ReturnType<typeof readLog>;

/**
 * 1. Order: numbers rise by one, in the log and for each session, from its
 * welcome or from the number where it resumed. The ledger checks that all
 * clients see the same events.
 */
function expectOrder(
  { sessions, sentMessages, world }: Conversation,
  room: RoomName,
  { events }: Log,
): void {
  const [first] = events;
  const from = first?.seq ?? 1;
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, i) => from + i),
    "1: the log has no hole",
  );
  const isWhole = events.length >= world.settings.ROOM_HISTORY;
  assert.ok(from === 1 || isWhole, "the room keeps its newest events");
  for (const session of each(sessions)) {
    const { welcome, join, stream } = session;
    if (session.room !== room || welcome === null || session.wasReset) continue;
    const start = welcome.resumed ? (join.since ?? 0) : welcome.seq;
    const [then = start + 1] = welcome.more
      ? stream.filter((seq) => seq > welcome.seq)
      : stream;
    assert.ok(then <= Math.max(start, welcome.seq) + 1, "1: none is skipped");
    const rest = stream.slice(stream.indexOf(then));
    assert.deepEqual(
      stream.length === 0 ? [] : rest,
      stream.length === 0 ? [] : rest.map((_, i) => then + i),
      "1: each number once, in order",
    );
    const sent = sentMessages
      .filter((one) => one.session === session && !one.isRepeated)
      .flatMap(({ frame }) => frame.id ?? []);
    const acked = session.roomAcks.flatMap(({ id }) => id ?? []);
    assert.deepEqual(
      acked.filter((id) => sent.includes(id)),
      sent.filter((id) => acked.includes(id)),
      "11: messages of one connection keep their order",
    );
  }
}

/** 2. Durable before visible: all seen and acked events are in the log. */
function expectDurable(
  { ledger }: Conversation,
  room: RoomName,
  { epoch, events }: Log,
): void {
  const oldest = events[0]?.seq ?? 1;
  const stored = new Map(events.map((event) => [event.seq, event]));
  for (const event of ledger.of(room, epoch))
    if (event.seq >= oldest)
      assert.deepEqual(stored.get(event.seq), event, "2: what was seen");
  for (const acked of ledger.acks) {
    if (acked.room !== room || acked.epoch !== epoch) continue;
    if (acked.seq < oldest) continue;
    const event = stored.get(acked.seq);
    const { user, id, at } = event?.type === "message" ? event : {};
    assert.deepEqual(
      { user, id, at },
      { user: acked.user, id: acked.id, at: acked.at },
      "2: what was acked",
    );
  }
}

/** 3. Once: each id of an identity has one event, and all its acks name that event. */
function expectOnce(
  { ledger, sessions, world }: Conversation,
  room: RoomName,
  { events }: Log,
): void {
  const reach = Math.min(
    world.settings.ROOM_HISTORY,
    LIMITS.dedupeWindowEvents,
  );
  const seqs = new Map<string, number>();
  for (const event of events) {
    if (event.type !== "message" || event.id === undefined) continue;
    const { user, id, seq } = event;
    const before = seqs.get(`${user} ${id}`);
    assert.ok(
      before === undefined || seq - before >= reach,
      `3: ${id} is stored twice`,
    );
    seqs.set(`${user} ${id}`, seq);
  }
  const firsts = new Map<string, number>();
  for (const { epoch, user, id, seq } of ledger.acks) {
    if (id === undefined) continue;
    const key = `${epoch} ${user} ${id}`;
    const first = firsts.get(key) ?? seq;
    firsts.set(key, first);
    const isFar = Math.abs(seq - first) >= reach;
    assert.ok(seq === first || isFar, `3: two acks of ${id} differ`);
  }
  const fresh = new Set<string>();
  for (const session of each(sessions))
    for (const { id, epoch, seq, duplicate } of session.roomAcks) {
      if (session.room !== room || id === undefined) continue;
      if (duplicate !== undefined) continue;
      const key = `${session.person} ${epoch} ${id} ${seq}`;
      assert.ok(!fresh.has(key), `3: ${id} is acked as the first twice`);
      fresh.add(key);
    }
}

/** 4. Resume: joined sessions have all events up to the newest; a gap has a reason. */
function expectResumed(
  { sessions, world }: Conversation,
  room: RoomName,
  { epoch, events }: Log,
): void {
  const head = events.at(-1)?.seq ?? 0;
  for (const session of each(sessions)) {
    if (session.room !== room || session.welcome === null) continue;
    const { welcome, join } = session;
    assert.equal(
      welcome.gap,
      join.since !== undefined && !welcome.resumed,
      "4: a gap is told",
    );
    const isKept =
      (join.since ?? 0) >= welcome.seq - world.settings.ROOM_HISTORY;
    if (join.epoch === welcome.epoch && isKept)
      assert.ok(welcome.resumed, "4: what is kept can be resumed");
    if (!session.isJoined) continue;
    assert.equal(session.reader.epoch, epoch, "4: the epoch is known");
    if (session.device.name !== null || !session.wasReset)
      assert.equal(session.reader.cursor, head, "4: nothing is missing");
  }
}

/** Frames of connections that stay open are answered once each. */
function expectAnswers({
  sessions,
  sentMessages,
  commands,
  sentReactions,
}: Conversation): void {
  for (const session of each(sessions)) {
    if (!session.isOpen) continue;
    // The user may have left and joined again with unanswered frames.
    const ofPeer = sessions.filter(({ peer }) => peer === session.peer);
    const answers = ofPeer
      .flatMap((one) => [
        ...[...one.roomAcks, ...one.privateAcks, ...one.commandAcks],
        ...one.reactionAcks,
        ...one.errors,
      ])
      .flatMap(({ id }) => id ?? [])
      .sort();
    const messages = [...sentMessages, ...sentReactions].filter(
      (one) => one.session.peer === session.peer,
    );
    const sent = messages
      .flatMap(({ frame }) => frame.id ?? [])
      .concat(commands.idsOf(session.peer))
      .sort();
    assert.deepEqual(answers, sent, "each frame has its answer");
    assert.notEqual(session.state, "joining", "each join has its answer");
  }
}

/** Commands are answered to their user alone, and keep their order. */
function expectCommands({
  commands,
  sessions,
  sentMessages,
}: Conversation): void {
  commands.expectAnsweredToAsker(sessions);
  commands.expectInOrder(sessions, sentMessages);
}

/** 10. Free when idle: no timer runs and no call waits, so that all objects can sleep. */
function expectRest({ world }: Conversation): void {
  for (const { timer, isWaiting } of world.hosts) {
    assert.equal(timer, null, "10: no timer while nothing waits");
    assert.ok(!isWaiting, "10: nobody waits for an answer");
  }
  assert.equal(world.pendingCalls.length, 0);
}
