// How a conversation comes to its end: faults cease, everything arrives, devices come back and settle what is open.
import assert from "node:assert/strict";
import { nameKey } from "../../../src/protocol/names.ts";
import type {
  PrivateMessage,
  RoomMessage,
} from "../../../src/protocol/server-frames.ts";
import type { Peer } from "../support/peer.ts";
import { arrive } from "../support/people.ts";
import {
  identityOf,
  isVouchedFor,
  NAMES,
  PEOPLE,
  type Person,
  ROOMS,
  type RoomName,
  SPELLINGS,
  tokenOf,
} from "./actors.ts";
import type { Conversation } from "./conversation.ts";
import type { Device, Saying } from "./device.ts";
import type { Visit } from "./session-oracle.ts";

const HOUR = 3_600_000;
/** Until a sender's copy is in their mail, in ms. */
const COPIED_MS = 10_000;

/** Whose mail it is in the end, and all of it. */
export interface MailboxFound {
  readonly key: string;
  readonly owner: Person;
  readonly epoch: number;
  readonly letters: readonly PrivateMessage[];
  /** What a connection by hand was sent before. */
  readonly unread: readonly PrivateMessage[];
}

/** No more faults; what is late arrives; cut connections are noticed. */
export function comeToRest(conversation: Conversation): void {
  const { world, visits } = conversation;
  world.alarmLag = 0;
  for (const host of world.hosts) {
    host.blow = null;
    host.overloadedUntil = 0;
  }
  world.pass(HOUR);
  for (const { peer } of visits) if (peer.closed !== null) peer.noticeClosed();
  // Who stopped pinging is closed when the room wakes.
  for (const room of ROOMS) world.room(room).run({ kind: "due" });
  world.pass(HOUR);
  // What directories had not noted before a sleep goes out once more.
  for (const host of world.hosts) world.doze(host);
  for (const username of NAMES)
    world.directory(username).ask([{ type: "whois" }], () => undefined);
  world.pass(1000);
  conversation.look();
  conversation.tenancy.look(visits, world.now, true);
}

/** Each device comes back to where it was, and settles what is unanswered. */
export function comeBack(conversation: Conversation): void {
  const named = conversation.devices.filter(({ name }) => name !== null);
  const cut = named.flatMap((device) =>
    [...staysOf(device)]
      .map((stay) => returnTo(conversation, device, stay))
      .filter((visit) => !visit.isOpen),
  );
  // A device has one connection to a room: its second name there has cut the
  // first, under which it has yet to get what another device settled since.
  conversation.world.pass(COPIED_MS);
  conversation.look();
  for (const visit of cut)
    if (visit.state === "in") returnTo(conversation, visit.device, visit);
  // Of each device one connection to a room is left.
  for (const { peer } of conversation.visits)
    if (peer.closed === "lost") peer.noticeClosed();
  conversation.world.pass(HOUR);
  conversation.look();
}

/** The newest stay in each room under each name. */
function staysOf({ visits }: Device): Iterable<Visit> {
  const stays = new Map<string, Visit>();
  for (const visit of visits)
    if (visit.welcome !== null) stays.set(`${visit.room} ${visit.key}`, visit);
  return stays.values();
}

function returnTo(
  conversation: Conversation,
  device: Device,
  { room, join }: Visit,
): Visit {
  const visit = conversation.join(device, room, join.username);
  conversation.world.settle();
  conversation.look();
  if (visit.state === "in") settle(conversation, visit);
  else {
    assert.equal(visit.refusal?.code, "username_taken");
    visit.peer.close();
  }
  return visit;
}

/** Sends again what is unanswered, where a client may. */
function settle(conversation: Conversation, visit: Visit): void {
  const { device, reader } = visit;
  assert.ok(reader.isCaughtUp, "4: nothing is missing behind the welcome");
  for (const saying of new Set(device.sayings)) {
    const { frame, fromKey, room, jumps } = saying;
    if (fromKey !== visit.key || isAnswered(device, saying)) continue;
    const isRoomMessage = frame.type === "message";
    if (isRoomMessage && (room !== visit.room || jumps !== reader.jumps))
      continue;
    if (isRoomMessage && hasArrived(conversation, saying, visit)) continue;
    conversation.speak(visit, frame);
    conversation.world.settle();
    conversation.look();
    assert.ok(isAnswered(device, saying), `${frame.text} is never answered`);
  }
}

/** Everybody who is here says all they have said again, after a sleep. */
export function repeatAll(conversation: Conversation): void {
  const { world, visits } = conversation;
  for (const host of world.hosts) world.doze(host);
  for (const visit of visits) {
    if (!visit.isIn) continue;
    const { device, room, reader } = visit;
    for (const { frame, ...saying } of [...device.sayings]) {
      const { id, type } = frame;
      if (id === undefined || saying.visit === visit) continue;
      if (saying.fromKey !== visit.key) continue;
      const isHere = saying.room === room && saying.jumps === reader.jumps;
      if (type === "message" && !isHere) continue;
      conversation.speak(visit, frame);
    }
  }
  world.pass(HOUR);
  conversation.look();
}

function hasArrived(
  { ledger }: Conversation,
  { frame }: Saying,
  { room, reader, welcome }: Visit,
): boolean {
  return ledger
    .of(room, reader.epoch ?? "")
    .some(({ user, id }) => user === welcome?.user && id === frame.id);
}

/** With an ack, or an error after which it is not sent again. */
function isAnswered({ visits }: Device, { frame }: Saying): boolean {
  const { id } = frame;
  if (id === undefined) return true;
  return visits.some(
    ({ roomAcks, privateAcks, errors }) =>
      roomAcks.some((ack) => ack.id === id) ||
      privateAcks.some((ack) => ack.id === id) ||
      errors.some(
        (error) =>
          error.id === id &&
          (error.code === "no_such_user" ||
            error.code === "mailbox_full" ||
            error.code === "not_joined"),
      ),
  );
}

/** Looks into every mailbox, first by hand, then as a new device. */
export function openMailboxes({
  world,
  holdings,
}: Conversation): MailboxFound[] {
  const found: MailboxFound[] = [];
  for (const owner of PEOPLE)
    for (const username of new Set(SPELLINGS[owner])) {
      const key = nameKey(username);
      if (found.some((one) => one.key === key)) continue;
      // Nobody is to lose a name by being asked for it.
      if (isVouchedFor(owner) && !has(owner, username)) continue;
      const { isRotated } = holdings.of(owner, key);
      const token = tokenOf(owner, username, isRotated);
      const byHand = comeIn(() => arrive(world, "attic", username, { token }));
      const device = comeIn(() =>
        arrive(world, "attic", username, { token, mailSince: 0 }),
      );
      if (byHand === null || device === null) continue;
      const { mailEpoch: epoch } = device.last("welcome");
      const letters = device.all("private");
      const unread = byHand.all("private");
      found.push({ key, owner, epoch, letters, unread });
      for (const peer of [byHand, device]) peer.send("/leave");
      world.settle();
    }
  return found;

  function has(person: Person, username: string): boolean {
    const { claim = [] } = world.directory(username).database.tables;
    return Object(claim[0]).identity === identityOf(person);
  }

  function comeIn(come: () => Peer): Peer | null {
    const peer = come();
    world.settle();
    return peer.all("welcome").length > 0 ? peer : null;
  }
}

/** The whole log of a room, and its epoch. */
export function readLog(
  { world }: Conversation,
  room: RoomName,
): { epoch: string; events: RoomMessage[] } {
  const events: RoomMessage[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const op = { type: "messages", after, limit: 200 } as const;
    const reply = world.read(room, op);
    assert.ok(reply.type === "page");
    for (const line of reply.lines) events.push(JSON.parse(line));
    if (!reply.more) return { epoch: reply.epoch ?? "", events };
  }
}
