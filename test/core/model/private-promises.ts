// Private promises: a private message is stored before its ack, and reaches each of the addressee's devices once and in order.
import assert from "node:assert/strict";
import { nameKey } from "../../../src/protocol/name-key.ts";
import type { PrivateMessage } from "../../../src/protocol/server-frames.ts";
import { isAppUser, userOf } from "./actors.ts";
import { each } from "./blame.ts";
import type { Conversation } from "./conversation.ts";
import { countsAsDelivered } from "./delivered-oracle.ts";
import type { SentMessage } from "./device.ts";
import type { MailboxSnapshot } from "./quiesce.ts";

/** At rest; after all devices have reconnected; after all messages were repeated. */
type When = "live" | "devices" | "repeated";

const DAY = 24 * 3_600_000;

/** 5. Private: in the mail, and on every connection or device, each once. */
export function expectPrivatesArrived(
  conversation: Conversation,
  mailboxes: readonly MailboxSnapshot[],
  when: When,
): void {
  for (const session of each(conversation.sessions)) {
    const mails = session.privates.map(({ mail }) => mail);
    assert.deepEqual(
      mails,
      [...new Set(mails)].sort((a, b) => a - b),
      "5: mail ascends",
    );
    const ids = session.privates.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, "5: each once");
  }
  expectNoEcho(conversation);
  for (const mailbox of each(mailboxes)) {
    expectKept(conversation, mailbox, when);
    expectCopies(conversation, mailbox, mailboxes);
    if (when === "devices") expectOnDevices(conversation, mailbox);
    else expectLive(conversation, mailbox);
    // Later the stateless clients have read the mail already.
    if (when === "live") expectByHand(conversation, mailbox);
  }
}

/** An acked message is in the addressee's mail, until retention or the end of the claim. */
function expectKept(
  { sessions, sentMessages: all, world, scene, ackClaims }: Conversation,
  mailbox: MailboxSnapshot,
  when: When,
): void {
  const { key, owner, epoch, messages } = mailbox;
  const ids = messages.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length, "5: each once in the mail");
  const named = messages.flatMap(({ user, clientId }) =>
    clientId === undefined || user === userOf(owner)
      ? []
      : `${user} ${clientId}`,
  );
  assert.equal(new Set(named).size, named.length, "5: a repetition is none");
  const { MAILBOX_MESSAGES, MAILBOX_DAYS } = world.settings;
  const wasSetBack = scene.steps.some((step) => step.do === "setBack");
  const isCutShort =
    isAppUser(owner) ||
    sessions.some((one) => one.key === key && one.record.wasReleased);
  const isFull = messages.length >= MAILBOX_MESSAGES;
  for (const session of each(sessions))
    for (const ack of session.privateAcks) {
      if (nameKey(ack.to) !== key) continue;
      const isStored = ids.includes(ack.private);
      // After the clock was set back, times do not show whose mail it was.
      if (!isStored && wasSetBack && ackClaims.get(ack) !== epoch) continue;
      // The message may have arrived late, when this claim had begun. After the
      // clock was set back, the time of an ack does not show its claim.
      const wasOfAnother =
        !wasSetBack && epoch > ack.at && !isStored && !isFull;
      // A claim also ends when an app's user takes the name, or earlier than told
      // when its holder releases it.
      if (ack.expires !== undefined && wasOfAnother && !isCutShort)
        assert.ok(epoch >= ack.expires, "5: it waits as long as the ack says");
      if (ack.at <= epoch || ack.at < world.now - MAILBOX_DAYS * DAY) continue;
      // A full mailbox drops delivered mail.
      const isDelivered = countsAsDelivered(sessions, mailbox, ack.private);
      if (isFull && (isDelivered || when !== "live")) continue;
      assert.ok(isStored, `5: ${ack.id} was acked and is gone`);
    }
  for (const message of messages) {
    if (message.user !== userOf(owner)) continue;
    const sent = sentMessagesOf({ sentMessages: all }, message);
    assert.ok(sent.length > 0, "5: nobody said that");
  }
}

/** A message in the addressee's mail is also in the sender's mail. */
function expectCopies(
  { sessions, world }: Conversation,
  { key, owner, epoch, messages }: MailboxSnapshot,
  mailboxes: readonly MailboxSnapshot[],
): void {
  const { MAILBOX_MESSAGES, MAILBOX_DAYS } = world.settings;
  if (messages.length >= MAILBOX_MESSAGES) return;
  const oldest = world.now - MAILBOX_DAYS * DAY;
  const sent = sessions.filter(
    (session) => session.key === key && session.person === owner,
  );
  for (const { at, to, private: id } of sent.flatMap(
    ({ privateAcks }) => privateAcks,
  )) {
    const addressee = mailboxes.find((one) => one.key === nameKey(to));
    const isThere = addressee?.messages.some((message) => message.id === id);
    if (at <= epoch || at < oldest || isThere !== true) continue;
    assert.ok(
      messages.some((message) => message.id === id),
      "5: the sender has a copy",
    );
  }
}

/** The connection that sent a message gets the ack, and no copy. */
function expectNoEcho(conversation: Conversation): void {
  for (const session of each(conversation.sessions))
    for (const message of session.privates) {
      const sentMessages = sentMessagesOf(conversation, message);
      const [sentMessage] = sentMessages;
      if (sentMessages.length !== 1 || sentMessage?.session !== session)
        continue;
      assert.equal(
        nameKey(message.to),
        session.key,
        "5: no copy to its origin",
      );
    }
}

/** All sessions that were joined and stayed have the message. */
function expectLive(
  conversation: Conversation,
  { key, owner, epoch, messages }: MailboxSnapshot,
): void {
  for (const session of each(conversation.sessions)) {
    const { welcome, join, privates } = session;
    if (
      session.key !== key ||
      !session.isJoined ||
      welcome?.mailEpoch !== epoch
    )
      continue;
    const { mailSince = welcome.mail, mailEpoch } = join;
    // A number of another claim's mail has no meaning: all mail follows.
    const since =
      join.mailSince !== undefined && mailEpoch !== epoch ? 0 : mailSince;
    for (const message of messages) {
      const isFromHere = sentMessagesOf(conversation, message).some(
        (one) => one.session.peer === session.peer,
      );
      if (message.mail <= since || isFromHere) continue;
      assert.ok(
        privates.some(({ id }) => id === message.id),
        `5: ${message.text} came while they were here, and was not seen`,
      );
    }
  }
  for (const message of messages) {
    const isOwn = message.user === userOf(owner);
    const sentMessages = sentMessagesOf(conversation, message);
    const [first] = sentMessages;
    for (const witness of first?.witnesses ?? []) {
      if (witness.key !== key || !witness.isJoined) continue;
      assert.equal(witness.person, owner, "7: the name was theirs all along");
      if (isOwn && sentMessages.some(({ session }) => session === witness))
        continue;
      assert.ok(
        witness.privates.some(({ id }) => id === message.id),
        `5: ${message.text} is not on every live connection`,
      );
    }
  }
}

/** A stateless client gets all mail that was not delivered before. */
function expectByHand(
  { sessions }: Conversation,
  mailbox: MailboxSnapshot,
): void {
  const { owner, messages, unread } = mailbox;
  for (const { user, id, text } of messages)
    if (user !== userOf(owner) && !countsAsDelivered(sessions, mailbox, id))
      assert.ok(
        unread.some((message) => message.id === id),
        `5: ${text} waits for who comes by hand`,
      );
}

/** Devices that store their state have all mail. */
function expectOnDevices(
  { devices, sentMessages }: Conversation,
  { key, owner, epoch, messages }: MailboxSnapshot,
): void {
  for (const device of devices) {
    if (device.name === null || device.person !== owner) continue;
    if (device.mailCursors.get(key)?.epoch !== epoch) continue;
    for (const message of messages) {
      // The device that sent a message gets no copy, even if the ack was lost.
      const isFromHere = sentMessagesOf({ sentMessages }, message).some(
        (one) => one.device === device,
      );
      if (message.user === userOf(owner) && isFromHere) continue;
      assert.ok(
        device.hasPrivate(message.id),
        `5: ${message.text} is not on ${owner}'s ${device.name}`,
      );
    }
  }
}

/** 5. Only the sender and the addressee see a private message. */
export function expectNobodyElseSaw(conversation: Conversation): void {
  const readers = new Map<string, string>();
  for (const { privates, person, key } of each(conversation.sessions))
    for (const message of privates) {
      const sentMessages = sentMessagesOf(conversation, message);
      const [sentMessage] = sentMessages;
      assert.ok(sentMessage !== undefined, "5: nobody said that");
      assert.equal(userOf(sentMessage.person), message.user, "5: who said it");
      if (sentMessage.person === person && key !== nameKey(message.to)) {
        const keys = sentMessages.map(({ fromKey }) => fromKey);
        assert.ok(keys.includes(key), "5: a copy is the sender's");
        continue;
      }
      assert.equal(nameKey(message.to), key, "5: it is for this name");
      const reader = readers.get(message.id) ?? person;
      readers.set(message.id, reader);
      assert.equal(person, reader, "5: one identity reads it");
      const wanted =
        sentMessage.frame.type === "private" && sentMessage.frame.toUser;
      if (wanted) assert.equal(userOf(person), wanted, "5: only this one");
    }
}

/** 11. Privates of one connection to one addressee keep their order. */
export function expectPrivatesInOrder(
  { sessions, sentMessages }: Conversation,
  mailboxes: readonly MailboxSnapshot[],
): void {
  for (const { key, messages } of each(mailboxes))
    for (const session of each(sessions)) {
      const sent = sentMessages.filter(
        ({ frame, isRepeated, session: by }) =>
          by === session &&
          frame.type === "private" &&
          frame.id !== undefined &&
          !isRepeated &&
          nameKey(frame.to) === key &&
          !session.errors.some(({ id }) => id === frame.id),
      );
      const mails = sent.flatMap(({ frame }) => {
        const message = messages.find(
          (one) => one.clientId === frame.id && one.text === frame.text,
        );
        return message?.mail ?? [];
      });
      assert.deepEqual(
        mails,
        [...mails].sort((a, b) => a - b),
        "11: in the order they were sent",
      );
    }
}

/** The attempts that may have sent this message, oldest first. */
export function sentMessagesOf(
  { sentMessages }: Pick<Conversation, "sentMessages">,
  message: PrivateMessage,
): SentMessage[] {
  return sentMessages.filter(({ frame, person }) => {
    if (frame.type !== "private" || userOf(person) !== message.user)
      return false;
    if (nameKey(frame.to) !== nameKey(message.to)) return false;
    return frame.id === undefined
      ? frame.text === message.text && message.clientId === undefined
      : frame.id === message.clientId;
  });
}
