// What is promised of private messages: kept before the ack, once on every connection and device, in order, for nobody else.
import assert from "node:assert/strict";
import { nameKey } from "../../../src/protocol/names.ts";
import type { PrivateMessage } from "../../../src/protocol/server-frames.ts";
import { isVouchedFor, userOf } from "./actors.ts";
import { each } from "./blame.ts";
import type { Conversation } from "./conversation.ts";
import { countsAsHad } from "./delivered-oracle.ts";
import type { Saying } from "./device.ts";
import type { MailboxFound } from "./quiesce.ts";

/** At rest; once each device is back; after all was said again. */
type When = "live" | "devices" | "repeated";

const DAY = 24 * 3_600_000;

/** 5. Private: in the mail, and on every connection or device, each once. */
export function expectPrivatesArrived(
  conversation: Conversation,
  mailboxes: readonly MailboxFound[],
  when: When,
): void {
  for (const visit of each(conversation.visits)) {
    const mails = visit.privates.map(({ mail }) => mail);
    assert.deepEqual(
      mails,
      [...new Set(mails)].sort((a, b) => a - b),
      "5: mail ascends",
    );
    const ids = visit.privates.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, "5: each once");
  }
  expectNoEcho(conversation);
  for (const mailbox of each(mailboxes)) {
    expectKept(conversation, mailbox, when);
    expectCopies(conversation, mailbox, mailboxes);
    if (when === "devices") expectOnDevices(conversation, mailbox);
    else expectLive(conversation, mailbox);
    // Later they have looked by hand already.
    if (when === "live") expectByHand(conversation, mailbox);
  }
}

/** What was acked is in the addressee's mail, until retention or the claim's end. */
function expectKept(
  { visits, sayings: all, world, scene, ackedIn }: Conversation,
  mailbox: MailboxFound,
  when: When,
): void {
  const { key, owner, epoch, letters } = mailbox;
  const ids = letters.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length, "5: each once in the mail");
  const named = letters.flatMap(({ user, clientId }) =>
    clientId === undefined || user === userOf(owner)
      ? []
      : `${user} ${clientId}`,
  );
  assert.equal(new Set(named).size, named.length, "5: a repetition is none");
  const { MAILBOX_MESSAGES, MAILBOX_DAYS } = world.settings;
  const wasSetBack = scene.steps.some((step) => step.do === "setBack");
  const isCutShort =
    isVouchedFor(owner) ||
    visits.some((one) => one.key === key && one.holding.wasReleased);
  const isFull = letters.length >= MAILBOX_MESSAGES;
  for (const visit of each(visits))
    for (const ack of visit.privateAcks) {
      if (nameKey(ack.to) !== key) continue;
      const isIn = ids.includes(ack.private);
      // By a clock that was set back it does not show whose mail it was.
      if (!isIn && wasSetBack && ackedIn.get(ack) !== epoch) continue;
      // It may have come late, when the claim was this one already. After the
      // clock was set back, the time of an ack does not show its claim.
      const wasOfAnother = !wasSetBack && epoch > ack.at && !isIn && !isFull;
      // A claim also ends when somebody of higher rank wants the name, or
      // sooner than it seemed when who has it gives it up.
      if (ack.expires !== undefined && wasOfAnother && !isCutShort)
        assert.ok(epoch >= ack.expires, "5: it waits as long as the ack says");
      if (ack.at <= epoch || ack.at < world.now - MAILBOX_DAYS * DAY) continue;
      // A full mailbox drops what was had.
      const isHad = countsAsHad(visits, mailbox, ack.private);
      if (isFull && (isHad || when !== "live")) continue;
      assert.ok(isIn, `5: ${ack.id} was acked and is gone`);
    }
  for (const letter of letters) {
    if (letter.user !== userOf(owner)) continue;
    const said = sayingsOf({ sayings: all }, letter);
    assert.ok(said.length > 0, "5: nobody said that");
  }
}

/** What its owner sent, and is in the addressee's mail, is in theirs too. */
function expectCopies(
  { visits, world }: Conversation,
  { key, owner, epoch, letters }: MailboxFound,
  mailboxes: readonly MailboxFound[],
): void {
  const { MAILBOX_MESSAGES, MAILBOX_DAYS } = world.settings;
  if (letters.length >= MAILBOX_MESSAGES) return;
  const oldest = world.now - MAILBOX_DAYS * DAY;
  const sent = visits.filter(
    (visit) => visit.key === key && visit.person === owner,
  );
  for (const { at, to, private: id } of sent.flatMap(
    ({ privateAcks }) => privateAcks,
  )) {
    const addressee = mailboxes.find((one) => one.key === nameKey(to));
    const isThere = addressee?.letters.some((letter) => letter.id === id);
    if (at <= epoch || at < oldest || isThere !== true) continue;
    assert.ok(
      letters.some((letter) => letter.id === id),
      "5: the sender has a copy",
    );
  }
}

/** The connection that sent it gets the ack, and no copy. */
function expectNoEcho(conversation: Conversation): void {
  for (const visit of each(conversation.visits))
    for (const letter of visit.privates) {
      const sayings = sayingsOf(conversation, letter);
      const [saying] = sayings;
      if (sayings.length !== 1 || saying?.visit !== visit) continue;
      assert.equal(nameKey(letter.to), visit.key, "5: no copy to its origin");
    }
}

/** Every connection that was in and stayed has it. */
function expectLive(
  conversation: Conversation,
  { key, owner, epoch, letters }: MailboxFound,
): void {
  for (const visit of each(conversation.visits)) {
    const { welcome, join, privates } = visit;
    if (visit.key !== key || !visit.isIn || welcome?.mailEpoch !== epoch)
      continue;
    const { mailSince = welcome.mail, mailEpoch } = join;
    // A number of another claim means nothing: all of it follows.
    const since =
      join.mailSince !== undefined && mailEpoch !== epoch ? 0 : mailSince;
    for (const letter of letters) {
      const isFromHere = sayingsOf(conversation, letter).some(
        (one) => one.visit.peer === visit.peer,
      );
      if (letter.mail <= since || isFromHere) continue;
      assert.ok(
        privates.some(({ id }) => id === letter.id),
        `5: ${letter.text} came while they were here, and was not seen`,
      );
    }
  }
  for (const letter of letters) {
    const isOwn = letter.user === userOf(owner);
    const sayings = sayingsOf(conversation, letter);
    const [first] = sayings;
    for (const witness of first?.witnesses ?? []) {
      if (witness.key !== key || !witness.isIn) continue;
      assert.equal(witness.person, owner, "7: the name was theirs all along");
      if (isOwn && sayings.some(({ visit }) => visit === witness)) continue;
      assert.ok(
        witness.privates.some(({ id }) => id === letter.id),
        `5: ${letter.text} is not on every live connection`,
      );
    }
  }
}

/** Who keeps nothing gets what no socket of theirs has had. */
function expectByHand({ visits }: Conversation, mailbox: MailboxFound): void {
  const { owner, letters, unread } = mailbox;
  for (const { user, id, text } of letters)
    if (user !== userOf(owner) && !countsAsHad(visits, mailbox, id))
      assert.ok(
        unread.some((letter) => letter.id === id),
        `5: ${text} waits for who comes by hand`,
      );
}

/** Every device that keeps what it has, has all of it. */
function expectOnDevices(
  { devices, sayings }: Conversation,
  { key, owner, epoch, letters }: MailboxFound,
): void {
  for (const device of devices) {
    if (device.name === null || device.person !== owner) continue;
    if (device.mailMarks.get(key)?.epoch !== epoch) continue;
    for (const letter of letters) {
      // Whence it was sent it gets no copy, even where the ack was lost.
      const isFromHere = sayingsOf({ sayings }, letter).some(
        (one) => one.device === device,
      );
      if (letter.user === userOf(owner) && isFromHere) continue;
      assert.ok(
        device.has(letter.id),
        `5: ${letter.text} is not on ${owner}'s ${device.name}`,
      );
    }
  }
}

/** 5. It is shown to its sender and one other, who is whom it was for. */
export function expectNobodyElseSaw(conversation: Conversation): void {
  const readers = new Map<string, string>();
  for (const { privates, person, key } of each(conversation.visits))
    for (const letter of privates) {
      const sayings = sayingsOf(conversation, letter);
      const [saying] = sayings;
      assert.ok(saying !== undefined, "5: nobody said that");
      assert.equal(userOf(saying.person), letter.user, "5: who said it");
      if (saying.person === person && key !== nameKey(letter.to)) {
        const keys = sayings.map(({ fromKey }) => fromKey);
        assert.ok(keys.includes(key), "5: a copy is the sender's");
        continue;
      }
      assert.equal(nameKey(letter.to), key, "5: it is for this name");
      const reader = readers.get(letter.id) ?? person;
      readers.set(letter.id, reader);
      assert.equal(person, reader, "5: one identity reads it");
      const wanted = saying.frame.type === "private" && saying.frame.toUser;
      if (wanted) assert.equal(userOf(person), wanted, "5: only this one");
    }
}

/** 11. Privates of one connection to one addressee keep their order. */
export function expectPrivatesInOrder(
  { visits, sayings }: Conversation,
  mailboxes: readonly MailboxFound[],
): void {
  for (const { key, letters } of each(mailboxes))
    for (const visit of each(visits)) {
      const sent = sayings.filter(
        ({ frame, isRepeated, visit: by }) =>
          by === visit &&
          frame.type === "private" &&
          frame.id !== undefined &&
          !isRepeated &&
          nameKey(frame.to) === key &&
          !visit.errors.some(({ id }) => id === frame.id),
      );
      const mails = sent.flatMap(({ frame }) => {
        const letter = letters.find(
          (one) => one.clientId === frame.id && one.text === frame.text,
        );
        return letter?.mail ?? [];
      });
      assert.deepEqual(
        mails,
        [...mails].sort((a, b) => a - b),
        "11: in the order they were sent",
      );
    }
}

/** All that may have brought it, the first of them first. */
export function sayingsOf(
  { sayings }: Pick<Conversation, "sayings">,
  letter: PrivateMessage,
): Saying[] {
  return sayings.filter(({ frame, person }) => {
    if (frame.type !== "private" || userOf(person) !== letter.user)
      return false;
    if (nameKey(frame.to) !== nameKey(letter.to)) return false;
    return frame.id === undefined
      ? frame.text === letter.text && letter.clientId === undefined
      : frame.id === letter.clientId;
  });
}
