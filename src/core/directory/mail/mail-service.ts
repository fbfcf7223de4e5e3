// Mail service: a directory stores the private messages to its name, delivers them to rooms, and sends copies to the senders.
import type { Settings } from "../../../protocol/settings.ts";
import type { Calls } from "../../shared/calls.ts";
import type { Sql } from "../../shared/contract.ts";
import type { Counters } from "../../shared/counters.ts";
import { DAY_MS, isDue } from "../../shared/deadline.ts";
import type {
  Copy,
  Had,
  Post,
  Posted,
} from "../../shared/directory-requests.ts";
import type { EventLog } from "../../shared/events/event-batcher.ts";
import type {
  CopySource,
  PrivateMessageRecord,
} from "../../shared/mail-records.ts";
import type { Mention } from "../../shared/mention-requests.ts";
import type { Reply } from "../../shared/rpc.ts";
import type { Schedule, ScheduleEntry } from "../../shared/schedule.ts";
import type { StoredTables } from "../../shared/schema.ts";
import { type Claim, isOnlyConnection, otherHashes } from "../claims/claim.ts";
import { claimTtlMs } from "../claims/claim-terms.ts";
import type { MentionInbox } from "../mentions/mention-inbox.ts";
import {
  type Deliverable,
  isSenderCopy,
  mergeByNumber,
} from "./deliverable.ts";
import { Delivery } from "./delivery.ts";
import { eventLine, mailEventLog } from "./mail-event-log.ts";
import { MailExpiry } from "./mail-expiry.ts";
import { Mailbox } from "./mailbox.ts";
import { isPostRefused, NO_SUCH_USER } from "./post-refusal.ts";
import { SenderCopies } from "./sender-copies.ts";
import type { StoredMail } from "./stored-mail.ts";

export interface MailServiceOptions {
  readonly sql: Sql;
  readonly settings: Settings;
  /** The key of the name. */
  readonly key: string;
  readonly calls: Calls;
  readonly schedule: Schedule;
  readonly tables: StoredTables;
  readonly counters?: Counters | undefined;
  readonly mentions: MentionInbox;
  /** Private messages go to the app too; absent: they do not. */
  readonly events?: MailEvents | null;
  /** Has the owner blocked this public id? */
  isBlocked(user: string): boolean;
  /** The owner is not in the room any more. */
  absent(identity: string, room: string, version: number, now: number): void;
}

/** Hears of each message in the mailbox. */
export interface MailEvents {
  /** @param lines the JSON of the messages; empty for a sender's copy */
  stored(lines: readonly string[]): void;
  /** The mailbox is another one, and empty. */
  reset(): void;
}

const NO_ROOMS: ReadonlyMap<string, number> = new Map();
/** At most so many copies may be delivered again after a sleep. */
const UNWRITTEN_MAX = 16;

export class MailService {
  readonly expiry: MailExpiry;
  readonly #options: MailServiceOptions;
  readonly #mailbox: Mailbox;
  readonly #senderCopies: SenderCopies;
  #claim: Claim | null = null;
  /** Of the claim; made for its first mail, since most names get none. */
  #delivery: Delivery | null = null;
  /** A cursor has moved and is not written yet. */
  #isStale = false;
  /** Copies that were settled since a cursor was written. */
  #unwritten = 0;
  #writeAt: number | null = null;
  /** Wakes the directory to write the cursors. */
  readonly #writing: ScheduleEntry;

  constructor(options: MailServiceOptions) {
    this.#options = options;
    const { sql, key, calls, schedule, settings, tables } = options;
    this.#mailbox = new Mailbox(
      sql,
      key,
      (mail) => this.#delivery?.forget(mail),
      tables,
    );
    this.expiry = new MailExpiry(this.#mailbox, settings);
    this.#senderCopies = new SenderCopies(
      calls,
      schedule,
      settings.FLUSH_CEILING_MS,
      () => this.#copied(),
    );
    this.#writing = schedule.add({
      ...{ name: "mail cursors", clock: "timer" },
      delayMaxMs: settings.FLUSH_CEILING_MS,
      // The end of each event writes them: see `isWriteDue`.
      run: () => undefined,
    });
  }

  /** A new claim begins, without mail. */
  open(claim: Claim): void {
    this.#clear();
    this.#reopen(claim);
  }

  /** The claim has ended, and its mail is deleted. */
  close(): void {
    this.#claim = null;
    this.#delivery?.close();
    this.#delivery = null;
    this.#clear();
    this.written();
  }

  #clear(): void {
    this.#mailbox.clear();
    this.#options.mentions.store.clear();
    this.#options.events?.reset();
  }

  /**
   * A claim was loaded from storage: calls that were in flight are made again.
   */
  resume(claim: Claim, now: number): void {
    this.#reopen(claim);
    claim.head = Math.max(claim.head, this.#mailbox.head);
    claim.head = Math.max(claim.head, this.#options.mentions.store.head);
    // By the numbers a room knows which mail its connections have got.
    for (const stored of this.#after(claim.settled))
      this.#deliver(claim, stored, claim.rooms, now, () => undefined);
    for (const stored of this.#mailbox.after(claim.copied))
      if (stored.fromKey !== this.#options.key)
        this.#senderCopies.send(stored, this.#sourceOf(claim, stored), now);
  }

  /** Have all copies arrived, also those of a claim that has ended? */
  get isCopied(): boolean {
    return this.#senderCopies.isEmpty;
  }

  /** @param prefix of the epoch, which tells names apart */
  eventLog(prefix: string): EventLog {
    return mailEventLog(prefix, this.#mailbox, () => this.#claim);
  }

  /** Stores the mail of this event. */
  write(): void {
    this.#mailbox.write();
  }

  /**
   * Must cursors that moved be written now? They are written a moment later, once
   * for all that move until then, and no ack waits for it. They are not written
   * while a call is in flight or a copy waits, which will move a cursor again.
   */
  isWriteDue(now: number): boolean {
    const { calls, settings } = this.#options;
    const ceiling = settings.FLUSH_CEILING_MS;
    if (this.#isStale) this.#writeAt ??= now + ceiling;
    const isMoving = !calls.isIdle || this.#senderCopies.dueAt !== null;
    this.#writing.dueAt = isMoving ? null : this.#writeAt;
    return isDue(this.#writing.dueAt, now, ceiling);
  }

  /** The claim was written, with its cursors. */
  written(): void {
    this.#isStale = false;
    this.#unwritten = 0;
    this.#writeAt = null;
    this.#writing.dueAt = null;
  }

  /**
   * @param since mail after this number is returned, or all mail if another claim
   * has numbered it; absent: received mail that no connection has got
   */
  mailSince(claim: Claim, since?: number, epoch = claim.epoch): Deliverable[] {
    if (since === undefined)
      return this.#after(claim.received).filter((one) => !isSenderCopy(one));
    const isOfAnother = epoch !== claim.epoch || since > claim.head;
    return this.#after(isOfAnother ? 0 : since);
  }

  /** Stores a private message, and answers once the rooms were asked. */
  post(op: Post, now: number, answer: (reply: Reply) => void): void {
    const claim = this.#claim;
    const { isBlocked } = this.#options;
    if (claim === null || isPostRefused(op, claim, isBlocked, now)) {
      answer(NO_SUCH_USER);
      return;
    }
    const message: PrivateMessageRecord = { ...op.letter, to: claim.username };
    const first = this.#mailbox.find(message);
    if (first !== undefined) {
      const delivered = first.mail <= claim.received;
      answer({
        ...this.#posted(first.message, claim, delivered, now),
        duplicate: true,
      });
      return;
    }
    // The mailbox cannot know whether a call this late is a repeat: it fails.
    if (this.#mailbox.mayHaveDropped(message)) {
      answer({ type: "refused", code: "unavailable", retryAfter: 1000 });
      return;
    }
    if (!this.#makeRoom(claim, now)) {
      answer({ type: "refused", code: "mailbox_full" });
      return;
    }
    const { fromKey, origin } = op;
    const stored = this.#store(claim, { message, fromKey, origin });
    const { counters } = this.#options;
    if (counters !== undefined) counters.privates++;
    // A message to oneself needs no copy.
    if (op.fromKey === this.#options.key) this.#copied();
    else
      this.#senderCopies.send(
        stored,
        this.#sourceOf(claim, stored),
        now,
        op.sole,
      );
    this.#deliver(claim, stored, claim.rooms, now, (delivered) => {
      answer(this.#posted(message, claim, delivered, now));
    });
  }

  /**
   * Stores a copy of a message that the owner sent, for other connections and later
   * devices. It answers once the rooms were asked: until then the directory that
   * sent the copy retries.
   *
   * @param answer tells whether the owner has other connections than the one that
   * the room knows; null: the room did not ask
   */
  copy(
    op: Copy,
    now: number,
    answer: (isWatched: boolean | null) => void,
  ): void {
    const { letter: message, origin, source } = op;
    const { sole: onlyConnection } = op;
    const claim = this.#claim;
    // The sender's claim has ended, and its mail with it. A newer claim of the
    // same user has other mail.
    const { identity, epoch = claim?.epoch } = message;
    if (
      claim?.identity !== identity ||
      claim.epoch !== epoch ||
      (source !== undefined && this.#mailbox.hadCopy(source)) ||
      this.#mailbox.findCopy(message) !== undefined
    ) {
      answer(null);
      return;
    }
    this.#makeRoom(claim, now);
    const stored = this.#store(claim, {
      ...{ message, fromKey: null, origin },
      ...(source !== undefined && { source }),
    });
    const isHinted = onlyConnection !== undefined;
    const isOnly = isHinted && isOnlyConnection(onlyConnection, claim);
    const rooms = isOnly ? NO_ROOMS : claim.rooms;
    this.#deliver(claim, stored, rooms, now, () =>
      answer(isHinted ? !isOnly : null),
    );
  }

  /** Stores mentions of the owner, for each connection and later devices. */
  mention(op: Mention, now: number): void {
    const claim = this.#claim;
    if (claim === null) return;
    for (const stored of this.#options.mentions.accept(op, claim, now)) {
      // The app's messages have the same numbers.
      this.#options.events?.stored([""]);
      this.#deliver(claim, stored, claim.rooms, now, () => undefined);
    }
  }

  /** A connection of the owner has got the mail up to that number. */
  markReceived({ identity, mail, epoch }: Had): void {
    const claim = this.#claim;
    if (claim?.identity !== identity || mail <= claim.received) return;
    if (epoch !== undefined && epoch !== claim.epoch) return;
    claim.received = Math.min(mail, claim.head);
    this.#isStale = true;
  }

  /** @returns keys of all names that the mail names, as senders or addressees */
  correspondents(): string[] {
    return this.#mailbox.correspondents();
  }

  /** Another user is erased: see `Mailbox.forget`. The user's mentions go, too. */
  forget(user: string, names: ReadonlyMap<string, number>): boolean {
    const mentions = this.#options.mentions.store.forget(user);
    for (const mail of mentions) this.#delivery?.forget(mail);
    return this.#mailbox.forget(user, names) || mentions.length > 0;
  }

  #reopen(claim: Claim): void {
    this.#claim = claim;
    this.#delivery = null;
  }

  #deliver(claim: Claim, ...mail: Parameters<Delivery["send"]>): void {
    this.#delivery ??= this.#createDelivery(claim);
    this.#delivery.send(...mail);
  }

  #createDelivery(claim: Claim): Delivery {
    const { calls, schedule, key, absent } = this.#options;
    const { identity } = claim;
    const whom = () => ({ key, identity, ...otherHashes(claim) });
    return new Delivery(calls, schedule, claim.epoch, whom, {
      absent: (room, version, now) => absent(identity, room, version, now),
      markReceived: (stored) => this.#advance(claim, stored),
      settled: (stored) => this.#settled(claim, stored),
    });
  }

  /** A message that was not delivered waits until `expires`. */
  #posted(
    { id, to, at }: PrivateMessageRecord,
    claim: Claim,
    delivered: boolean,
    now: number,
  ): Posted {
    if (delivered) return { type: "posted", id, to, at, delivered };
    const { settings } = this.#options;
    const ends = claim.expiresAt ?? now + claimTtlMs(settings, claim);
    const expires = Math.min(ends, at + settings.MAILBOX_DAYS * DAY_MS);
    return { type: "posted", id, to, at, delivered, expires };
  }

  #after(mail: number): Deliverable[] {
    const mentions = this.#options.mentions.store.after(mail);
    return mergeByNumber(this.#mailbox.after(mail), mentions);
  }

  #makeRoom(claim: Claim, now: number): boolean {
    const { MAILBOX_MESSAGES, MAILBOX_DAYS } = this.#options.settings;
    const limits = { messages: MAILBOX_MESSAGES, days: MAILBOX_DAYS };
    return this.#mailbox.makeRoom(limits, claim.received, now);
  }

  #sourceOf({ epoch }: Claim, { mail }: StoredMail): CopySource {
    return { key: this.#options.key, epoch, mail };
  }

  #store(claim: Claim, received: Omit<StoredMail, "mail">): StoredMail {
    const stored: StoredMail = { mail: claim.head + 1, ...received };
    this.#mailbox.add(stored);
    // The claim is not written for this: the newest mail has the number.
    claim.head = stored.mail;
    this.#options.events?.stored([eventLine(stored)]);
    return stored;
  }

  /** This mail and all mail before it have reached a connection. */
  #advance(claim: Claim, stored: Deliverable): void {
    const { mail } = stored;
    if (claim !== this.#claim || mail <= claim.received) return;
    claim.received = mail;
    // A copy alone is not sent again to a device that does not ask for it.
    this.#isStale ||= !isSenderCopy(stored);
  }

  /** Each room has answered for this mail and all mail before it. */
  #settled(claim: Claim, stored: Deliverable): void {
    const { mail } = stored;
    // A room may answer after the claim has ended: there is no row to write
    // its cursor to, and a timer for that write would fire again and again.
    if (claim !== this.#claim || mail <= claim.settled) return;
    claim.settled = mail;
    // To deliver a few copies again costs less than a row.
    this.#unwritten++;
    if (!isSenderCopy(stored) || this.#unwritten >= UNWRITTEN_MAX)
      this.#isStale = true;
  }

  /** All copies have arrived. */
  #copied(): void {
    const claim = this.#claim;
    if (claim === null || !this.#senderCopies.isEmpty) return;
    claim.copied = claim.head;
    this.#isStale = true;
  }
}
