// What must be true of any conversation once it has come to rest: the promises, as far as users can see them.
import { expect } from "vitest";
import type { RoomMessage } from "../../src/protocol/messages.ts";
import {
  type Conversation,
  isIn,
  ROOMS,
  type Room,
  USERS,
  type User,
  type Visit,
  wasIn,
} from "./conversation.ts";
import { join, userOf } from "./people.ts";
import type { World } from "./world.ts";

const HOUR = 3_600_000;

/** Lets everything come to rest, then looks at what everybody has seen. */
export function expectPromisesKept(conversation: Conversation): void {
  conversation.world.pass(HOUR);
  for (const room of ROOMS) expectRoomInOrder(conversation, room);
  for (const visit of conversation.visits) expectOwnMail(visit);
  expectLettersArrived(conversation);
  for (const room of ROOMS) expectTruePresence(conversation, room);
}

/** Promises 1 to 4. */
function expectRoomInOrder(conversation: Conversation, room: Room): void {
  const { world, visits, said } = conversation;
  const log = readAll(world, room);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
  const stored = log.flatMap(({ user, id }) => (id ? `${user} ${id}` : []));
  expect(new Set(stored).size, "each is stored once").toBe(stored.length);
  for (const visit of visits)
    if (visit.room === room && wasIn(visit.peer))
      expectStreamInOrder(visit, log);
  for (const { frame, user, room: where, witnesses } of said) {
    if (frame.type !== "message" || where !== room) continue;
    if (!stored.includes(`${userOf(user)} ${frame.id}`)) {
      expect(isAcked(conversation, user, frame.id), frame.text).toBe(false);
      continue;
    }
    for (const { peer } of witnesses.filter(isStillIn))
      expect(peer.heard).toContain(frame.text);
  }
}

/** Everything once and in order, from the welcome or where it resumed. */
function expectStreamInOrder({ peer, since }: Visit, log: RoomMessage[]): void {
  const { seq, resumed } = peer.last("welcome");
  const start = resumed && since !== null ? since : seq;
  const stream = peer.inbox.flatMap((one) => {
    const isEvent = one.type === "message" || one.type === "ack";
    const isFirst = isEvent && "seq" in one && !("duplicate" in one);
    return isFirst ? [one.seq] : [];
  });
  expect(stream).toEqual(stream.map((_, i) => start + 1 + i));
  for (const message of peer.all("message"))
    expect(message).toEqual(log[message.seq - 1]);
}

/** Each private message once, in order, and none of others' affairs. */
function expectOwnMail({ peer, user }: Visit): void {
  const mails = peer.all("private").map(({ mail }) => mail);
  expect(mails).toEqual([...new Set(mails)].sort((a, b) => a - b));
  const { whispers } = peer;
  expect(new Set(whispers).size).toBe(whispers.length);
  for (const letter of peer.all("private"))
    expect([letter.username, letter.to]).toContain(user);
}

/** Promise 5: in both mailboxes, and on every connection, each once. */
function expectLettersArrived(conversation: Conversation): void {
  const { world, said } = conversation;
  const mail = new Map(
    USERS.map((user) => {
      const peer = join(world, "attic", user, { mailSince: 0 });
      return [user, peer.whispers];
    }),
  );
  for (const { frame, user, witnesses } of said) {
    if (frame.type !== "private") continue;
    const { text, to } = frame;
    const wasAcked = isAcked(conversation, user, frame.id);
    for (const owner of new Set([user, to])) {
      const copies = (mail.get(owner) ?? []).filter((one) => one === text);
      expect(copies.length, `${text} for ${owner}`).toBeLessThan(2);
      if (wasAcked) expect(copies, `${text} for ${owner}`).toHaveLength(1);
    }
    if (wasAcked)
      for (const { peer } of witnesses.filter(isStillIn))
        expect(peer.whispers, "on every connection").toContain(text);
  }
}

/** Promise 6, once all is at rest. */
function expectTruePresence(conversation: Conversation, room: Room): void {
  const { world, present, listeners } = conversation;
  const here = present.filter((visit) => visit.room === room);
  const names = [...new Set(here.map(({ user }) => user))].sort();
  const listening = listeners.filter(
    ({ closed, host }) => closed === null && host === world.room(room),
  );
  expect(world.read(room, { type: "info" })).toMatchObject({
    count: names.length + listening.length,
  });
  const [first] = here;
  if (first === undefined) return;
  first.peer.send("/who");
  const { members } = first.peer.last("members");
  expect(members.filter((name) => !name.startsWith("listener"))).toEqual(names);
}

function isAcked({ visits }: Conversation, user: User, id: string): boolean {
  return visits.some(
    (visit) =>
      visit.user === user && visit.peer.all("ack").some((ack) => ack.id === id),
  );
}

/** It never went. */
function isStillIn({ peer }: Visit): boolean {
  return peer.closed === null && isIn(peer);
}

function readAll(world: World, room: Room): RoomMessage[] {
  const messages: RoomMessage[] = [];
  for (;;) {
    const after = messages.length;
    const reply = world.read(room, { type: "messages", after });
    if (reply.type !== "page" || reply.lines.length === 0) return messages;
    for (const line of reply.lines) messages.push(JSON.parse(line));
  }
}
