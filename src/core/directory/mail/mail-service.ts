// The mail of one name: what is posted to it, its way to the rooms, the copies for those who sent it.
import type { Settings } from "../../../protocol/settings.ts";
import type { Calls } from "../../shared/calls.ts";
import type { Sql } from "../../shared/contract.ts";
import { DAY_MS, isDue } from "../../shared/deadline.ts";
import type {
  Copy,
  CopySource,
  Had,
  OnlyConnectionHint,
  Post,
  Posted,
  PrivateMessageRecord,
  Reply,
} from "../../shared/rpc.ts";
import type { Schedule, ScheduleEntry } from "../../shared/schedule.ts";
import { type Claim, otherHashes } from "../claims/claim.ts";
import { claimTtlMs } from "../claims/claim-terms.ts";
import { Delivery } from "./delivery.ts";
import { Mailbox, type StoredMail } from "./mailbox.ts";
import { isPostRefused, NO_SUCH_USER } from "./post-refusal.ts";
import { SenderCopies } from "./sender-copies.ts";

export interface MailServiceOptions {
  readonly sql: Sql;
  readonly settings: Settings;
  /** The name's key. */
  readonly key: string;
  readonly calls: Calls;
  readonly schedule: Schedule;
  /** Will the owner not hear from this public id? */
  isBlocked(user: string): boolean;
  /** A room does not have the owner any more. */
  absent(identity: string, room: string, version: number, now: number): void;
}

const NOWHERE: ReadonlyMap<string, number> = new Map();
/** So many copies may be sent once more after a sleep. */
const UNWRITTEN_MAX = 16;

export class MailService {
  readonly #options: MailServiceOptions;
  readonly #mailbox: Mailbox;
  readonly #senderCopies: SenderCopies;
  #claim: Claim | null = null;
  #delivery: Delivery | null = null;
  /** A cursor has moved that is not written yet. */
  #isStale = false;
  /** Copies settled since a cursor was written. */
  #unwritten = 0;
  #writeAt: number | null = null;
  /** Wakes the directory to write the cursors. */
  readonly #writing: ScheduleEntry;

  constructor(options: MailServiceOptions) {
    this.#options = options;
    const { sql, key, calls, schedule, settings } = options;
    this.#mailbox = new Mailbox(sql, key, (mail) =>
      this.#delivery?.forget(mail),
    );
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

  /** A new owner, with no mail yet. */
  open(claim: Claim): void {
    this.#mailbox.clear();
    this.#reopen(claim);
  }

  /** The claim has ended, and its mail is deleted. */
  close(): void {
    this.#claim = null;
    this.#delivery?.close();
    this.#delivery = null;
    this.#mailbox.clear();
    this.written();
  }

  /** An owner out of storage: goes on with what was on its way. */
  resume(claim: Claim, now: number): void {
    this.#reopen(claim);
    claim.head = Math.max(claim.head, this.#mailbox.head);
    // Rooms know by its number what their sockets have had.
    for (const stored of this.#mailbox.after(claim.settled))
      this.#delivery?.send(stored, claim.rooms, now, () => undefined);
    for (const stored of this.#mailbox.after(claim.copied))
      if (stored.fromKey !== this.#options.key)
        this.#senderCopies.send(stored, this.#sourceOf(claim, stored), now);
  }

  /** Is no copy still to be made, be it of mail of a claim that has ended? */
  get isCopied(): boolean {
    return this.#senderCopies.isEmpty;
  }

  /** Stores the mail of this event, before anybody hears of it. */
  write(): void {
    this.#mailbox.write();
  }

  /**
   * Are moved cursors to be written now? They are a moment later, once for all
   * that move until then, and no ack waits. Not while something is on its way
   * that will move one again.
   */
  isWriteDue(now: number): boolean {
    const { calls, settings } = this.#options;
    const ceiling = settings.FLUSH_CEILING_MS;
    if (this.#isStale) this.#writeAt ??= now + ceiling;
    const isMoving = !calls.isIdle || this.#senderCopies.dueAt !== null;
    this.#writing.dueAt = isMoving ? null : this.#writeAt;
    return isDue(this.#writing.dueAt, now, ceiling);
  }

  /** The claim was written, and its cursors with it. */
  written(): void {
    this.#isStale = false;
    this.#unwritten = 0;
    this.#writeAt = null;
    this.#writing.dueAt = null;
  }

  /**
   * Mail after a number, or all of it if that number is not of this claim;
   * without a number, what came and no socket had.
   */
  mailSince(claim: Claim, since?: number, epoch = claim.epoch): StoredMail[] {
    if (since === undefined)
      return this.#mailbox
        .after(claim.had)
        .filter(({ fromKey }) => fromKey !== null);
    const isOfAnother = epoch !== claim.epoch || since > claim.head;
    return this.#mailbox.after(isOfAnother ? 0 : since);
  }

  /** Keeps the letter, then answers once the rooms have been asked. */
  post(op: Post, now: number, answer: (reply: Reply) => void): void {
    const claim = this.#claim;
    const { isBlocked } = this.#options;
    if (claim === null || isPostRefused(op, claim, isBlocked, now)) {
      answer(NO_SUCH_USER);
      return;
    }
    const letter: PrivateMessageRecord = { ...op.letter, to: claim.username };
    const first = this.#mailbox.find(letter);
    if (first !== undefined) {
      const delivered = first.mail <= claim.had;
      answer({
        ...this.#posted(first.letter, claim, delivered, now),
        duplicate: true,
      });
      return;
    }
    // A call so late that the mailbox cannot tell: as if it had been lost.
    if (this.#mailbox.mayHaveDropped(letter)) {
      answer({ type: "refused", code: "unavailable", retryAfter: 1000 });
      return;
    }
    if (!this.#makeRoom(claim, now)) {
      answer({ type: "refused", code: "mailbox_full" });
      return;
    }
    const { fromKey, origin } = op;
    const stored = this.#store(claim, { letter, fromKey, origin });
    // Who writes to themselves has it in their mail already.
    if (op.fromKey === this.#options.key) this.#copied();
    else
      this.#senderCopies.send(
        stored,
        this.#sourceOf(claim, stored),
        now,
        op.sole,
      );
    this.#delivery?.send(stored, claim.rooms, now, (delivered) => {
      answer(this.#posted(letter, claim, delivered, now));
    });
  }

  /**
   * What the owner sent, for their other connections and later devices.
   * Answers once the rooms have been asked: until then the one that sent it
   * here sees to it that this one is awake.
   */
  copy(op: Copy, now: number, answer: () => void): void {
    const { letter, origin, sole, source } = op;
    const claim = this.#claim;
    // The sender has gone, and the name with them: there is no mail to keep.
    // They may have come back since, but that is other mail.
    const { identity, epoch = claim?.epoch } = letter;
    if (
      claim?.identity !== identity ||
      claim.epoch !== epoch ||
      (source !== undefined && this.#mailbox.hasHadCopy(source)) ||
      this.#mailbox.findCopy(letter) !== undefined
    ) {
      answer();
      return;
    }
    this.#makeRoom(claim, now);
    const stored = this.#store(claim, {
      ...{ letter, fromKey: null, origin },
      ...(source !== undefined && { source }),
    });
    const isNeeded = sole === undefined || !isOnlyConnection(sole, claim);
    const rooms = isNeeded ? claim.rooms : NOWHERE;
    this.#delivery?.send(stored, rooms, now, answer);
  }

  /** A socket of the owner's has had the mail up to that number. */
  markReceived({ identity, mail, epoch }: Had): void {
    const claim = this.#claim;
    if (claim?.identity !== identity || mail <= claim.had) return;
    if (epoch !== undefined && epoch !== claim.epoch) return;
    claim.had = Math.min(mail, claim.head);
    this.#isStale = true;
  }

  #reopen(claim: Claim): void {
    const { calls, schedule, key, absent } = this.#options;
    const { identity } = claim;
    this.#claim = claim;
    const whom = () => ({ key, identity, ...otherHashes(claim) });
    this.#delivery = new Delivery(calls, schedule, claim.epoch, whom, {
      absent: (room, version, now) => absent(identity, room, version, now),
      markReceived: (stored) => this.#advance(claim, stored),
      settled: (stored) => this.#settled(claim, stored),
    });
  }

  /** Where it waits: until when it does, at the least. */
  #posted(
    { id, to, at }: PrivateMessageRecord,
    claim: Claim,
    delivered: boolean,
    now: number,
  ): Posted {
    if (delivered) return { type: "posted", id, to, at, delivered };
    const { settings } = this.#options;
    const ends = claim.freeAt ?? now + claimTtlMs(settings, claim);
    const expires = Math.min(ends, at + settings.MAILBOX_DAYS * DAY_MS);
    return { type: "posted", id, to, at, delivered, expires };
  }

  #makeRoom(claim: Claim, now: number): boolean {
    const { MAILBOX_MESSAGES, MAILBOX_DAYS } = this.#options.settings;
    const limits = { messages: MAILBOX_MESSAGES, days: MAILBOX_DAYS };
    return this.#mailbox.makeRoom(limits, claim.had, now);
  }

  #sourceOf({ epoch }: Claim, { mail }: StoredMail): CopySource {
    return { key: this.#options.key, epoch, mail };
  }

  #store(claim: Claim, received: Omit<StoredMail, "mail">): StoredMail {
    const stored: StoredMail = { mail: claim.head + 1, ...received };
    this.#mailbox.add(stored);
    // Not written for that: the newest mail says it.
    claim.head = stored.mail;
    return stored;
  }

  /** It has reached a socket, as has what came before it. */
  #advance(claim: Claim, { mail, fromKey }: StoredMail): void {
    if (claim !== this.#claim || mail <= claim.had) return;
    claim.had = mail;
    // A copy of their own alone is never sent again unasked.
    this.#isStale ||= fromKey !== null;
  }

  /** Every room has answered to it: none is to be asked again. */
  #settled(claim: Claim, { mail, fromKey }: StoredMail): void {
    // A room may answer after the claim has ended: there is no row to write
    // its cursor to, and a timer for that write would fire again and again.
    if (claim !== this.#claim || mail <= claim.settled) return;
    claim.settled = mail;
    // For a few copies a row would cost more than sending them once more.
    this.#unwritten++;
    if (fromKey !== null || this.#unwritten >= UNWRITTEN_MAX)
      this.#isStale = true;
  }

  /** Every copy is where it belongs. */
  #copied(): void {
    const claim = this.#claim;
    if (claim === null || !this.#senderCopies.isEmpty) return;
    claim.copied = claim.head;
    this.#isStale = true;
  }
}

/** Is the connection that a copy came by the only one there still is? */
function isOnlyConnection(
  { room, version }: OnlyConnectionHint,
  { rooms }: Claim,
): boolean {
  return rooms.size === 1 && rooms.get(room) === version;
}
