// My rooms: a directory lists the rooms of the holder, and asks each of them what is unread there.
import * as LIMITS from "../../protocol/limits.ts";
import type { VisitedRoom } from "../../protocol/server-frames.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { AccountKind } from "../shared/account-kind.ts";
import type { Calls } from "../shared/calls.ts";
import type {
  ForgetVisit,
  MyRooms,
  ReadMarker,
} from "../shared/directory-requests.ts";
import { isPrivateRoom } from "../shared/room-access.ts";
import type { Done, Refused, Reply } from "../shared/rpc.ts";
import type { Schedule, ScheduleEntry } from "../shared/schedule.ts";
import type { Claim } from "./claims/claim.ts";
import type { ClaimLifecycle } from "./claims/claim-lifecycle.ts";
import type { MentionStore, StoredMention } from "./mentions/mention-store.ts";
import { newestFirst, type Visit } from "./visits.ts";

type Answer = (reply: Reply) => void;

/** The name of the entry in the schedule. */
export const ROOMS_SCHEDULE = "rooms";

/** Answers that are kept: those of a whole list. */
const CACHED_MAX = LIMITS.visitedRoomsMax / LIMITS.roomsPageMax;

const NOT_YOURS: Refused = {
  ...{ type: "refused", code: "forbidden", message: "The name is not yours." },
};
const STILL_HERE: Refused = {
  ...{ type: "refused", code: "forbidden" },
  message: "You are in that room; leave it first.",
};
const NOT_LISTED: Refused = {
  ...{ type: "refused", code: "forbidden", reason: "no_such_room" },
  message: "That room is not on your list.",
};
const BUSY: Refused = {
  ...{ type: "refused", code: "rate_limited", retryAfter: 1000 },
};

/** A page that waits for its rooms. */
interface Pending {
  readonly question: string;
  readonly answers: Answer[];
  readonly entries: (VisitedRoom | null)[];
  readonly next: string | null;
  open: number;
  /** The answer holds for a while. */
  isKept: boolean;
}

export interface MyRoomsListOptions {
  readonly settings: Settings;
  /** The key of the name. */
  readonly key: string;
  readonly calls: Calls;
  readonly schedule: Schedule;
  readonly claims: ClaimLifecycle;
  readonly mentions: MentionStore;
}

export class MyRoomsList {
  readonly #options: MyRoomsListOptions;
  readonly #timeout: ScheduleEntry;
  /** By the question, with the time of the answer. */
  readonly #cached = new Map<string, { at: number; reply: Reply }>();
  #pending: Pending | null = null;

  constructor(options: MyRoomsListOptions) {
    this.#options = options;
    this.#timeout = options.schedule.add({
      ...{ name: ROOMS_SCHEDULE, clock: "timer" },
      delayMaxMs: LIMITS.roomsTimeoutMs,
      run: (now) => this.#finish(now),
    });
  }

  /** The claim has ended, or its list is another one. */
  clear(): void {
    this.#cached.clear();
    if (this.#pending !== null) this.#pending.isKept = false;
  }

  /** Answers when each room has, or when it has taken too long. */
  run(op: MyRooms, now: number, answer: Answer): void {
    const { claim } = this.#options.claims;
    if (claim?.identity !== op.identity) {
      answer(NOT_YOURS);
      return;
    }
    const { before = "", hasOldSecret = false, read } = op;
    const question = `${claim.epoch} ${hasOldSecret} ${before} ${JSON.stringify(read)}`;
    const cached = this.#cached.get(question);
    const age = now - (cached?.at ?? 0);
    const pending = this.#pending;
    if (cached !== undefined && age >= 0 && age < LIMITS.roomsCacheMs)
      answer(cached.reply);
    else if (pending === null)
      this.#ask(claim, op, { question, answers: [answer] }, now);
    else if (pending.question === question) pending.answers.push(answer);
    else answer(BUSY);
  }

  forget({ identity, room }: ForgetVisit): Done | Refused {
    const { claims } = this.#options;
    const { claim } = claims;
    if (claim?.identity !== identity) return NOT_YOURS;
    if (claim.rooms.has(room)) return STILL_HERE;
    if (!claim.visits.forget(room)) return NOT_LISTED;
    claims.changed();
    this.clear();
    return { type: "done" };
  }

  #ask(
    claim: Claim,
    { before, hasOldSecret, read: marked }: MyRooms,
    asked: Pick<Pending, "question" | "answers">,
    now: number,
  ): void {
    const { key, calls } = this.#options;
    const { identity, status } = claim;
    const after = before === undefined ? null : parseCursor(before);
    const marks = new Map(marked?.map((mark) => [mark.room, mark]));
    const visits = claim.visits
      .list(claim.rooms)
      .filter(({ room }) => marked === undefined || marks.has(room))
      .filter((visit) => after === null || newestFirst(after, visit) < 0);
    const page = visits.slice(0, LIMITS.roomsPageMax);
    const last = page.at(-1);
    const hasMore = visits.length > page.length && last !== undefined;
    const pending: Pending = {
      ...asked,
      entries: page.map(({ room }) => this.#withoutFigures(room)),
      next: hasMore ? toCursor(last) : null,
      open: page.length,
      isKept: marked === undefined,
    };
    this.#pending = pending;
    this.#timeout.dueAt = now + LIMITS.roomsTimeoutMs;
    const accountKind: AccountKind =
      status.rank === "app"
        ? "app"
        : status.isRegistered
          ? "registered"
          : "guest";
    page.forEach(({ room, read: stored }, i) => {
      const mark = marks.get(room);
      const read = mark ?? stored;
      const pass = status.passes.find(([one]) => one === room);
      const [, passUntil] = pass ?? [];
      calls.add(
        { kind: "room", name: room },
        {
          ...{ type: "unread", key, identity, accountKind },
          ...(passUntil !== undefined && { passUntil }),
          ...(hasOldSecret && { hasOldSecret }),
          ...(read !== null && { read }),
          ...(mark !== undefined && { isMarked: true }),
          ...(mark !== undefined && stored !== null && { known: stored }),
        },
        (reply, at) => {
          pending.open--;
          if (reply?.type === "unread") {
            const { epoch, seq, read, unread } = reply;
            if (epoch === mark?.epoch)
              this.#markRead(claim, room, { epoch, seq: read }, at);
            pending.entries[i] = {
              ...{ room, epoch, seq, read, unread },
              ...(reply.at !== null && { at: reply.at }),
              ...this.#mentionsField(claim, room),
            };
          }
          if (pending.open === 0 && this.#pending === pending) this.#finish(at);
        },
      );
    });
    if (page.length === 0) this.#finish(now);
  }

  /** The room has said how far it has the messages. */
  #markRead(claim: Claim, room: string, read: ReadMarker, now: number): void {
    const { claims } = this.#options;
    const isListed = claim.rooms.has(room) || claim.visits.find(room);
    if (claims.claim !== claim || !isListed) return;
    if (claim.visits.markRead(room, read, now)) claims.changed();
    // The answers before have other figures.
    this.#cached.clear();
  }

  /** Of a private room nothing shows, unless it says that the user may enter. */
  #withoutFigures(room: string): VisitedRoom | null {
    return isPrivateRoom(this.#options.settings, room) ? null : { room };
  }

  #mentionsField(claim: Claim, room: string): { mentions?: number } {
    const isRead = (one: StoredMention) => isMentionRead(claim, one);
    const mentions = this.#options.mentions.unreadCount(room, isRead);
    return mentions > 0 ? { mentions } : {};
  }

  #finish(now: number): void {
    const pending = this.#pending;
    this.#pending = null;
    this.#timeout.dueAt = null;
    if (pending === null) return;
    const { question, entries, next, answers } = pending;
    const rooms = entries.filter((entry) => entry !== null);
    const reply: Reply = {
      ...{ type: "my-rooms", rooms },
      ...(next !== null && { before: next }),
    };
    if (this.#cached.size >= CACHED_MAX) this.#cached.clear();
    if (pending.isKept) this.#cached.set(question, { at: now, reply });
    for (const answer of answers) answer(reply);
  }
}

/** Numbers alone would not do: rooms may have the same time. */
function toCursor({ at, room }: Visit): string {
  return `${at} ${room}`;
}

function parseCursor(cursor: string): Pick<Visit, "at" | "room"> {
  const [at = "", ...room] = cursor.split(" ");
  return { at: Number(at) || 0, room: room.join(" ") };
}

/** Has the holder read it, in its room or in the mail? */
export function isMentionRead(
  { status, visits }: Claim,
  { mail, room, epoch, seq }: StoredMention,
): boolean {
  const read = visits.find(room)?.read;
  const isReadInRoom = read?.epoch === epoch && read.seq >= seq;
  return mail <= status.mailRead || isReadInRoom;
}
