// Read state: a room knows how far its members have read, tells their other connections, and now and then the directory.
import type { ServerFrame } from "../../protocol/client-frames.ts";
import * as LIMITS from "../../protocol/limits.ts";
import type { Calls } from "../shared/calls.ts";
import type { Entered, ReadMarks } from "../shared/directory-requests.ts";
import type { Schedule, ScheduleEntry } from "../shared/schedule.ts";
import type { Connection, Member } from "./connection.ts";
import type { MemberMarks } from "./read-marks.ts";

/** The name of the entry in the schedule. */
export const SEEN_SCHEDULE = "seen";

/** The directory is told at least so long after it was told before, in ms. */
const TELL_MS = 30_000;
/** Time between two broadcasts of `seen` frames, in ms. */
const SEEN_MS = 1000;

/** The part of a room that the read state needs. */
export interface ReadStateRoom {
  readonly name: string;
  readonly log: { readonly epoch: string | null; readonly head: number };
  readonly presence: {
    readonly count: number;
    find(key: string, identity: string): Member | undefined;
    page(limit: number): { readonly members: readonly Member[] };
  };
  readonly schedule: Schedule;
  readonly calls: Calls;
  persist(connection: Connection): void;
  send(connection: Connection, frame: ServerFrame): void;
  broadcast(frame: ServerFrame, except: ReadonlySet<Connection>): void;
}

export class ReadState {
  readonly #room: ReadStateRoom;
  /** Members whose marks the directory does not know yet, by the key of the name. */
  readonly #untold = new Map<string, Member>();
  /** When the first of them may be told without another call, ms since 1970. */
  #tellAt = Infinity;
  /** Members who have read since the last broadcast. */
  readonly #seen = new Set<Member>();
  readonly #nextSeen: ScheduleEntry;
  #seenAt = 0;

  constructor(room: ReadStateRoom) {
    this.#room = room;
    this.#nextSeen = room.schedule.add({
      ...{ name: SEEN_SCHEDULE, clock: "timer", delayMaxMs: SEEN_MS },
      run: (now) => this.#broadcastSeen(now),
    });
  }

  /** @returns the number up to which the member has read the room; 0: nothing */
  seqOf({ marks }: Member): number {
    const { epoch, head } = this.#room.log;
    return marks === null || marks.epoch !== epoch
      ? 0
      : Math.min(marks.seq, head);
  }

  /**
   * A member has read the room up to an event; it goes forward only.
   *
   * @param via the connection that says so, which is not told; null: none here
   */
  readRoom(
    member: Member,
    via: Connection | null,
    upTo: number,
    now: number,
  ): void {
    const { epoch, head } = this.#room.log;
    const seq = Math.min(upTo, head);
    if (epoch === null || seq <= this.seqOf(member)) return;
    const marks = this.#marksOf(member);
    marks.epoch = epoch;
    marks.seq = seq;
    this.#moved(member, marks, now);
    this.#tellOthers(member, via, { type: "read", read: seq, epoch });
    if (this.#room.presence.count <= 1) return;
    if (this.#room.presence.count > LIMITS.seenMembersMax) return;
    this.#tellSeenSoon(member, now);
  }

  /** A member has read the mail up to a number; it goes forward only. */
  readMail(member: Member, via: Connection, mail: number, now: number): void {
    if (mail <= (member.marks?.mail ?? 0)) return;
    const marks = this.#marksOf(member);
    marks.mail = mail;
    this.#moved(member, marks, now);
    this.#tellOthers(member, via, { type: "read", mail });
  }

  /** The directory tells that the mail was read in another room. */
  mailRead(member: Member, mail: number): void {
    if (mail <= (member.marks?.mail ?? 0)) return;
    this.#marksOf(member).mail = mail;
    for (const connection of member.connections) this.#room.persist(connection);
  }

  /**
   * A connection joins: the marks of the room and of the directory become one.
   *
   * @param isSameClaim the member entered by the claim of the reply
   */
  joined(member: Member, reply: Entered, isSameClaim: boolean): void {
    if (!isSameClaim) this.#drop(member);
    const { epoch } = this.#room.log;
    const { read, mailRead = 0 } = reply;
    const seq = read?.epoch === epoch ? read.seq : 0;
    if (seq > this.seqOf(member)) {
      const marks = this.#marksOf(member);
      marks.epoch = epoch ?? "";
      marks.seq = seq;
    }
    this.mailRead(member, mailRead);
  }

  /**
   * In a small room a connection that has joined learns how far the others have
   * read, and they learn it of a member who is new here.
   */
  tellSeen(
    connection: Connection,
    member: Member,
    isNew: boolean,
    now: number,
  ) {
    const { presence } = this.#room;
    if (presence.count <= 1 || presence.count > LIMITS.seenMembersMax) return;
    for (const other of presence.page(LIMITS.seenMembersMax).members)
      if (other !== member && this.seqOf(other) > 0)
        this.#room.send(connection, this.#seenFrame(other));
    if (isNew && this.seqOf(member) > 0) this.#tellSeenSoon(member, now);
  }

  /** A connection is back after a sleep of the room. */
  restored(member: Member, marks: MemberMarks): void {
    const { marks: other } = member;
    if (other !== null && other.seq > marks.seq) return;
    member.marks = marks;
    if (marks.isUntold) this.#wait(member, marks);
  }

  /** The member goes. @returns the marks that the directory does not know */
  take(member: Member): ReadMarks & { epoch?: number } {
    const { marks } = member;
    this.#seen.delete(member);
    this.#forget(member);
    if (marks === null || !marks.isUntold) return {};
    return { ...this.#fieldsOf(member, marks), epoch: member.epoch };
  }

  /**
   * Tells the directories of members with new marks, where a call goes to them
   * anyway, or they were told long ago.
   */
  settle(now: number): void {
    if (this.#untold.size === 0) return;
    for (const key of this.#room.calls.ready("directory")) {
      const member = this.#untold.get(key);
      if (member !== undefined) this.#tell(member, now);
    }
    if (now < this.#tellAt) return;
    this.#tellAt = Infinity;
    for (const member of [...this.#untold.values()]) {
      const { marks } = member;
      if (marks === null) continue;
      const dueAt = marks.toldAt + TELL_MS;
      // A clock that was set back makes nobody wait longer.
      if (dueAt <= now || marks.toldAt > now) this.#tell(member, now);
      else this.#tellAt = Math.min(this.#tellAt, dueAt);
    }
  }

  #marksOf(member: Member): MemberMarks {
    member.marks ??= { epoch: "", seq: 0, mail: 0, isUntold: false, toldAt: 0 };
    return member.marks;
  }

  #moved(member: Member, marks: MemberMarks, now: number): void {
    // The connection that stays the longest has to know it after a sleep.
    for (const connection of member.connections) this.#room.persist(connection);
    marks.isUntold = true;
    this.#wait(member, marks);
    if (marks.toldAt > now) this.#tellAt = now;
  }

  #wait(member: Member, { toldAt }: MemberMarks): void {
    this.#untold.set(member.key, member);
    this.#tellAt = Math.min(this.#tellAt, toldAt + TELL_MS);
  }

  #forget(member: Member): void {
    if (this.#untold.get(member.key) === member)
      this.#untold.delete(member.key);
  }

  #drop(member: Member): void {
    this.#forget(member);
    member.marks = null;
  }

  #tellOthers(
    { connections }: Member,
    via: Connection | null,
    frame: ServerFrame,
  ): void {
    for (const connection of connections)
      if (connection !== via) this.#room.send(connection, frame);
  }

  #fieldsOf(member: Member, { epoch, mail }: MemberMarks): ReadMarks {
    const seq = this.seqOf(member);
    return {
      ...(seq > 0 && { read: { epoch, seq } }),
      ...(mail > 0 && { mailRead: mail }),
    };
  }

  #tell(member: Member, now: number): void {
    const { marks, key, identity, epoch } = member;
    this.#forget(member);
    if (marks === null) return;
    marks.isUntold = false;
    marks.toldAt = now;
    for (const connection of member.connections) this.#room.persist(connection);
    this.#room.calls.add(
      { kind: "directory", name: key },
      {
        ...{ type: "mark-read", identity, epoch, room: this.#room.name },
        ...this.#fieldsOf(member, marks),
      },
      (reply) => {
        // A directory that does not know markers refuses, and is not asked again.
        const isHere = this.#room.presence.find(key, identity) === member;
        if (reply !== null || !isHere || member.marks !== marks) return;
        marks.isUntold = true;
        this.#wait(member, marks);
      },
    );
  }

  #tellSeenSoon(member: Member, now: number): void {
    this.#seen.add(member);
    this.#nextSeen.dueAt ??= Math.max(now, this.#seenAt + SEEN_MS);
  }

  #seenFrame(member: Member): ServerFrame {
    const { user, username } = member;
    return { type: "seen", user, username, read: this.seqOf(member) };
  }

  #broadcastSeen(now: number): void {
    this.#nextSeen.dueAt = null;
    this.#seenAt = now;
    const { presence } = this.#room;
    for (const member of this.#seen) {
      const isTold = presence.count <= LIMITS.seenMembersMax;
      if (!isTold || this.seqOf(member) === 0) continue;
      const own = new Set(member.connections);
      this.#room.broadcast(this.#seenFrame(member), own);
    }
    this.#seen.clear();
  }
}
