// The promises of a chat server, one function each, as far as those who use it can see them.
import assert from "node:assert/strict";
import * as LIMITS from "../../../src/protocol/limits.ts";
import { ROOMS, type RoomName } from "./actors.ts";
import { each } from "./blame.ts";
import { expectBlocksHold } from "./block-promises.ts";
import type { Conversation } from "./conversation.ts";
import { expectNamesComeFree } from "./name-promises.ts";
import {
  expectTrueFarewells,
  expectTruePresence,
} from "./presence-promises.ts";
import {
  expectNobodyElseSaw,
  expectPrivatesArrived,
  expectPrivatesInOrder,
} from "./private-promises.ts";
import {
  comeBack,
  comeToRest,
  openMailboxes,
  readLog,
  repeatAll,
} from "./quiesce.ts";
import { expectRightlyEvicted } from "./rank-promises.ts";
import {
  expectMailOfTheirClaim,
  expectResumesAtEdges,
} from "./resume-probe.ts";

/** Lets everything come to rest, then looks at what everybody has seen. */
export function expectPromisesKept(conversation: Conversation): void {
  comeToRest(conversation);
  for (const room of ROOMS) expectRoomPromises(conversation, room);
  expectAnswers(conversation);
  expectTruePresence(conversation);
  expectTrueFarewells(conversation);
  expectRest(conversation);
  expectRightlyEvicted(conversation);
  const before = openMailboxes(conversation);
  expectPrivatesArrived(conversation, before, "live");
  comeBack(conversation);
  expectPrivatesArrived(conversation, openMailboxes(conversation), "devices");
  repeatAll(conversation);
  expectTruePresence(conversation);
  for (const room of ROOMS) expectRoomPromises(conversation, room);
  const mailboxes = openMailboxes(conversation);
  expectPrivatesArrived(conversation, mailboxes, "repeated");
  expectPrivatesInOrder(conversation, mailboxes);
  for (const room of ROOMS) expectResumesAtEdges(conversation, room);
  expectMailOfTheirClaim(conversation, mailboxes);
  expectNobodyElseSaw(conversation);
  expectBlocksHold(conversation);
  expectNamesComeFree(conversation, mailboxes);
}

function expectRoomPromises(conversation: Conversation, room: RoomName): void {
  const log = readLog(conversation, room);
  expectOrder(conversation, room, log);
  expectDurable(conversation, room, log);
  expectOnce(conversation, room, log);
  expectResumed(conversation, room, log);
}

type Log = ReturnType<typeof readLog>;

/**
 * 1. Order: numbers rise by one; each connection sees them so, from its
 * welcome or where it resumed. That all see the same is the ledger's to check.
 */
function expectOrder(
  { visits, sayings, world }: Conversation,
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
  for (const visit of each(visits)) {
    const { welcome, join, stream } = visit;
    if (visit.room !== room || welcome === null || visit.wasReset) continue;
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
    const said = sayings
      .filter((one) => one.visit === visit && !one.isRepeated)
      .flatMap(({ frame }) => frame.id ?? []);
    const acked = visit.roomAcks.flatMap(({ id }) => id ?? []);
    assert.deepEqual(
      acked.filter((id) => said.includes(id)),
      said.filter((id) => acked.includes(id)),
      "11: messages of one connection keep their order",
    );
  }
}

/** 2. Durable before visible: what anybody saw, or had an ack for, is there. */
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
    const { user, id, at } = stored.get(acked.seq) ?? {};
    assert.deepEqual(
      { user, id, at },
      { user: acked.user, id: acked.id, at: acked.at },
      "2: what was acked",
    );
  }
}

/** 3. Once: one event to an id of an identity, and all acks name that. */
function expectOnce(
  { ledger, visits, world }: Conversation,
  room: RoomName,
  { events }: Log,
): void {
  const reach = Math.min(
    world.settings.ROOM_HISTORY,
    LIMITS.dedupeWindowEvents,
  );
  const seqs = new Map<string, number>();
  for (const { user, id, seq } of events) {
    if (id === undefined) continue;
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
  for (const visit of each(visits))
    for (const { id, epoch, seq, duplicate } of visit.roomAcks) {
      if (visit.room !== room || id === undefined) continue;
      if (duplicate !== undefined) continue;
      const key = `${visit.person} ${epoch} ${id} ${seq}`;
      assert.ok(!fresh.has(key), `3: ${id} is acked as the first twice`);
      fresh.add(key);
    }
}

/** 4. Resume: who is here has everything up to the newest; a gap has a reason. */
function expectResumed(
  { visits, world }: Conversation,
  room: RoomName,
  { epoch, events }: Log,
): void {
  const head = events.at(-1)?.seq ?? 0;
  for (const visit of each(visits)) {
    if (visit.room !== room || visit.welcome === null) continue;
    const { welcome, join } = visit;
    assert.equal(
      welcome.gap,
      join.since !== undefined && !welcome.resumed,
      "4: a gap is told",
    );
    const isKept =
      (join.since ?? 0) >= welcome.seq - world.settings.ROOM_HISTORY;
    if (join.epoch === welcome.epoch && isKept)
      assert.ok(welcome.resumed, "4: what is kept can be resumed");
    if (!visit.isIn) continue;
    assert.equal(visit.reader.epoch, epoch, "4: the epoch is known");
    if (visit.device.name !== null || !visit.wasReset)
      assert.equal(visit.reader.cursor, head, "4: nothing is missing");
  }
}

/** What is said on a connection that stays is answered, each once. */
function expectAnswers({ visits, sayings }: Conversation): void {
  for (const visit of each(visits)) {
    if (!visit.isOpen) continue;
    // It may have left and come in again, with something unanswered.
    const stays = visits.filter(({ peer }) => peer === visit.peer);
    const answers = stays
      .flatMap((one) => [...one.roomAcks, ...one.privateAcks, ...one.errors])
      .flatMap(({ id }) => id ?? [])
      .sort();
    const said = sayings
      .filter((one) => one.visit.peer === visit.peer)
      .flatMap(({ frame }) => frame.id ?? [])
      .sort();
    assert.deepEqual(answers, said, "each frame has its answer");
    assert.notEqual(visit.state, "waits", "each join has its answer");
  }
}

/** 10. Free when idle: nothing waits, so that everything can sleep. */
function expectRest({ world }: Conversation): void {
  for (const { timer, isWaiting } of world.hosts) {
    assert.equal(timer, null, "10: no timer while nothing waits");
    assert.ok(!isWaiting, "10: nobody waits for an answer");
  }
  assert.equal(world.flights.length, 0);
}
