// Quiesce: a conversation ends: faults stop, all calls arrive, and devices reconnect and resend unanswered messages.
import assert from "node:assert/strict";
import { nameKey } from "../../../src/protocol/name-key.ts";
import type {
  PrivateMessage,
  RoomEvent,
} from "../../../src/protocol/server-frames.ts";
import type { Peer } from "../support/peer.ts";
import { startJoin } from "../support/people.ts";
import {
  identityOf,
  isAppUser,
  NAMES,
  PEOPLE,
  type Person,
  ROOMS,
  type RoomName,
  SPELLINGS,
  tokenOf,
  userOf,
} from "./actors.ts";
import type { SentCommand } from "./command-oracle.ts";
import type { Conversation } from "./conversation.ts";
import type { Device, SentMessage } from "./device.ts";
import type { Session } from "./session-oracle.ts";

const HOUR = 3_600_000;
/** Time until a sender's copy is in the sender's mail. */
const COPIED_MS = 10_000;

/** The owner and the contents of one name's mail. */
export interface MailboxSnapshot {
  readonly key: string;
  readonly owner: Person;
  readonly epoch: number;
  readonly messages: readonly PrivateMessage[];
  /** The mail that a stateless client was sent first. */
  readonly unread: readonly PrivateMessage[];
}

/** Stops all faults, delivers late calls, and lets hosts notice cut connections. */
export function quiesce(conversation: Conversation): void {
  const { world, sessions } = conversation;
  world.alarmLagMs = 0;
  conversation.app?.calmDown();
  conversation.events?.calmDown();
  for (const host of world.hosts) {
    host.nextFault = null;
    host.overloadedUntil = 0;
  }
  world.pass(HOUR);
  for (const { peer } of sessions)
    if (peer.closed !== null) peer.noticeClosed();
  // A room closes clients that have stopped pinging when it wakes.
  for (const room of ROOMS) world.room(room).run({ kind: "due", by: "alarm" });
  world.pass(HOUR);
  // After a sleep, directories repeat calls whose answer they had not stored.
  for (const host of world.hosts) world.sleepIfIdle(host);
  for (const username of NAMES)
    world.directory(username).ask([{ type: "whois" }], () => undefined);
  world.pass(1000);
  conversation.observe();
  conversation.nameOracle.check(sessions, world.now, true);
}

/** Reconnects all devices, which resend their unanswered messages. */
export function reconnectDevices(conversation: Conversation): void {
  const named = conversation.devices.filter(({ name }) => name !== null);
  const cut = named.flatMap((device) =>
    [...latestSessionsOf(device)]
      .map((session) => reconnect(conversation, device, session))
      .filter((session) => !session.isOpen),
  );
  // A device has one connection to a room. Its second name there has cut the
  // first one, which has not got the mail that other devices sent since.
  conversation.world.pass(COPIED_MS);
  conversation.observe();
  for (const session of cut)
    if (session.state === "joined")
      reconnect(conversation, session.device, session);
  // One connection of each device to a room is left.
  for (const { peer } of conversation.sessions)
    if (peer.closed === "lost") peer.noticeClosed();
  conversation.world.pass(HOUR);
  conversation.observe();
}

/** The latest session of a device in each room and under each name. */
function latestSessionsOf({ sessions }: Device): Iterable<Session> {
  const latest = new Map<string, Session>();
  for (const session of sessions)
    if (session.welcome !== null)
      latest.set(`${session.room} ${session.key}`, session);
  return latest.values();
}

function reconnect(
  conversation: Conversation,
  device: Device,
  { room, join }: Session,
): Session {
  const session = conversation.join(device, room, join.username);
  conversation.world.settle();
  conversation.observe();
  if (session.state === "joined") resendUnanswered(conversation, session);
  else {
    assert.equal(session.refusal?.code, "username_taken");
    session.peer.close();
  }
  return session;
}

/** Resends unanswered messages, where the protocol lets a client do so. */
function resendUnanswered(conversation: Conversation, session: Session): void {
  const { device, reader } = session;
  assert.ok(reader.isCaughtUp, "4: nothing is missing behind the welcome");
  for (const sentMessage of new Set(device.sentMessages)) {
    const { frame, fromKey, room, restarts } = sentMessage;
    if (fromKey !== session.key || isAnswered(device, sentMessage)) continue;
    const isRoomMessage = frame.type === "message";
    if (
      isRoomMessage &&
      (room !== session.room || restarts !== reader.restarts)
    )
      continue;
    if (isRoomMessage && hasArrived(conversation, sentMessage, session))
      continue;
    conversation.send(session, frame);
    conversation.world.settle();
    conversation.observe();
    assert.ok(
      isAnswered(device, sentMessage),
      `${frame.text} is never answered`,
    );
  }
  for (const command of new Set(conversation.commands.repeatable(session))) {
    if (command.device !== device || command.restarts !== reader.restarts)
      continue;
    if (isCommandAnswered(conversation, command)) continue;
    conversation.commands.send(session, command.frame, after(conversation));
    conversation.world.settle();
    conversation.observe();
    assert.ok(
      isCommandAnswered(conversation, command),
      `the command ${command.frame.args} is never answered`,
    );
  }
}

/** The ack or what it said has been seen, or an error after which clients do not resend. */
function isCommandAnswered(
  { ledger }: Conversation,
  { device, room, frame, person }: SentCommand,
): boolean {
  const { id } = frame;
  const wasSaid = ledger.allOf(room).some(([, event]) => {
    const by = event.type === "message" ? event.by : undefined;
    return by?.user === userOf(person) && by.id === id;
  });
  return (
    wasSaid ||
    device.sessions.some(
      ({ commandAcks, errors }) =>
        commandAcks.some((ack) => ack.id === id) ||
        errors.some(
          (error) =>
            error.id === id &&
            (error.code === "unsupported" || error.code === "not_joined"),
        ),
    )
  );
}

/** How many messages were sent so far. */
function after({ sentMessages }: Conversation): number {
  return sentMessages.length;
}

/** After a sleep, all joined sessions send all messages of their device again. */
export function repeatAll(conversation: Conversation): void {
  const { world, sessions } = conversation;
  for (const host of world.hosts) world.sleepIfIdle(host);
  for (const session of sessions) {
    if (!session.isJoined) continue;
    const { device, room, reader } = session;
    for (const { frame, ...sentMessage } of [...device.sentMessages]) {
      const { id, type } = frame;
      if (id === undefined || sentMessage.session === session) continue;
      if (sentMessage.fromKey !== session.key) continue;
      const isHere =
        sentMessage.room === room && sentMessage.restarts === reader.restarts;
      if (type === "message" && !isHere) continue;
      conversation.send(session, frame);
    }
    for (const command of [...conversation.commands.repeatable(session)]) {
      if (command.device !== device || command.session === session) continue;
      if (command.restarts !== reader.restarts) continue;
      conversation.commands.send(session, command.frame, after(conversation));
    }
  }
  world.pass(HOUR);
  conversation.observe();
}

function hasArrived(
  { ledger }: Conversation,
  { frame }: SentMessage,
  { room, reader, welcome }: Session,
): boolean {
  return ledger
    .of(room, reader.epoch ?? "")
    .some(
      (event) =>
        event.type === "message" &&
        event.user === welcome?.user &&
        event.id === frame.id,
    );
}

/** Answered by an ack, or by an error after which clients do not resend. */
function isAnswered({ sessions }: Device, { frame }: SentMessage): boolean {
  const { id } = frame;
  if (id === undefined) return true;
  return sessions.some(
    ({ roomAcks, privateAcks, errors }) =>
      roomAcks.some((ack) => ack.id === id) ||
      privateAcks.some((ack) => ack.id === id) ||
      errors.some(
        (error) =>
          error.id === id &&
          (error.code === "no_such_user" ||
            error.code === "gone" ||
            error.code === "bad_request" ||
            error.code === "mailbox_full" ||
            error.code === "not_joined"),
      ),
  );
}

/** Reads all mailboxes, first as a stateless client, then as a new device. */
export function readMailboxes({
  world,
  nameRecords,
}: Conversation): MailboxSnapshot[] {
  const found: MailboxSnapshot[] = [];
  for (const owner of PEOPLE)
    for (const username of new Set(SPELLINGS[owner])) {
      const key = nameKey(username);
      if (found.some((one) => one.key === key)) continue;
      // Joining as an app's user would take the name from a guest.
      if (isAppUser(owner) && !has(owner, username)) continue;
      const { isRotated } = nameRecords.of(owner, key);
      const token = tokenOf(owner, username, isRotated);
      const byHand = joinedPeer(() =>
        startJoin(world, "attic", username, { token }),
      );
      const device = joinedPeer(() =>
        startJoin(world, "attic", username, { token, mailSince: 0 }),
      );
      if (byHand === null || device === null) continue;
      const { mailEpoch: epoch } = device.last("welcome");
      const messages = device.all("private");
      const unread = byHand.all("private");
      found.push({ key, owner, epoch, messages, unread });
      for (const peer of [byHand, device]) peer.send("/leave");
      world.settle();
    }
  return found;

  function has(person: Person, username: string): boolean {
    const { claim = [] } = world.directory(username).database.tables;
    return Object(claim[0]).identity === identityOf(person);
  }

  function joinedPeer(start: () => Peer): Peer | null {
    const peer = start();
    world.settle();
    return peer.all("welcome").length > 0 ? peer : null;
  }
}

/** The whole log of a room, and its epoch. */
export function readLog(
  { world }: Conversation,
  room: RoomName,
): { epoch: string; events: RoomEvent[] } {
  const events: RoomEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const op = { type: "messages", after, limit: 200 } as const;
    const reply = world.askRoom(room, op);
    assert.ok(reply.type === "page");
    for (const line of reply.lines) events.push(JSON.parse(line));
    if (!reply.more) return { epoch: reply.epoch ?? "", events };
  }
}
