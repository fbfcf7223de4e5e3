// User erasures: the service ends the claims of a user, visits every registered room and every registered name, and continues after a crash.

import {
  type Core,
  type Effects,
  type Event,
  noEffects,
  type Platform,
} from "../shared/contract.ts";
import { DAY_MS } from "../shared/deadline.ts";
import {
  ERASED_PAGE_MAX,
  type ErasureState,
  erasedHash,
  type StartErasure,
} from "../shared/erase-requests.ts";
import { REGISTRY_START } from "../shared/registry-requests.ts";
import type { Op, Reply } from "../shared/rpc.ts";
import { answerOps } from "./answer-ops.ts";
import { ErasureTables, type Job, type TaskKind } from "./erasure-tables.ts";
import { ErasureVisits } from "./erasure-visits.ts";

/** So many users wait to be erased at most. */
const JOBS_MAX = 1000;
/** Tasks that are under way at once. */
const AT_ONCE = 16;
/** Rooms that are named where they have not answered. */
const NAMED_MAX = 100;
/** All rooms and names are visited again where the user was found to be there meanwhile. */
const PASSES_MAX = 3;
/** The delay before what has not answered is asked again; it doubles. */
const RETRY_MS = 1000;
const RETRY_MAX_MS = 3_600_000;
/** After a crash the work goes on after so long at most. */
const ALARM_MS = 60_000;
/** A job with places that never answer ends after so long. */
const GIVE_UP_MS = 7 * DAY_MS;
/** The record of a job that has ended is kept so long. */
const RECORD_MS = 30 * DAY_MS;

/** Tasks that are visits of names. */
const NAME_KINDS = ["holder", "letters", "name"] as const;
/** What is tried in this order, each once before what has failed is tried again. */
const KINDS = [...NAME_KINDS, "room"] as const;

export class UserErasures implements Core {
  readonly #platform: Pick<Platform, "sql" | "hash">;
  readonly #tables: ErasureTables;
  readonly #visits: ErasureVisits;
  /** By hash, the oldest first. */
  readonly #jobs: Map<string, Job>;
  /** What was tried in this round: all names, or the last one of many. */
  #tried: { [Kind in Exclude<TaskKind, "holder">]?: string } = {};
  readonly #triedHolders = new Set<string>();
  #failures = 0;
  /** When the next round begins, ms since 1970. */
  #retryAt: number | null = null;
  #alarmAt: number | null = null;
  /** The next page of rooms waits for the alarm, which has limits of its own. */
  #wantsPage = false;
  #mayPage = false;
  #hasErased = false;

  /** Only reads. */
  constructor(platform: Pick<Platform, "sql" | "hash">) {
    this.#platform = platform;
    this.#tables = new ErasureTables(platform.sql);
    this.#jobs = new Map(this.#tables.jobs().map((job) => [job.hash, job]));
    this.#visits = new ErasureVisits(this.#tables);
  }

  on(event: Event, now: number): Effects {
    const effects = noEffects();
    answerOps(effects, event, (op) => this.#answer(op, now));
    if (event.kind === "answered")
      this.#visits.answered(event.call, event.replies, now);
    if (event.kind === "due" && event.by === "alarm") {
      this.#alarmAt = null;
      this.#mayPage = true;
    }
    this.#visits.run(now);
    this.#work(now);
    this.#dropOld(now);
    effects.calls.push(...this.#visits.take());
    effects.timer = this.#timerAt(now);
    effects.alarm = this.#alarmFor(now);
    effects.hasErased = this.#hasErased;
    this.#hasErased = false;
    return effects;
  }

  #answer(op: Op, now: number): Reply {
    switch (op.type) {
      case "start-erasure":
        return this.#start(op, now);
      case "read-erasure": {
        const job = this.#jobs.get(erasedHash(this.#platform, op.user));
        return job === undefined
          ? { type: "refused", code: "no_such_user" }
          : this.#stateOf(job);
      }
      case "erased-users": {
        const users = this.#tables.erased(op.after, ERASED_PAGE_MAX + 1);
        const more = users.length > ERASED_PAGE_MAX;
        return {
          ...{ type: "erased-users", more },
          users: users.slice(0, ERASED_PAGE_MAX),
        };
      }
      default:
        // A newer release has questions that this one does not know.
        return { type: "refused", code: "unsupported" };
    }
  }

  #start({ user, key }: StartErasure, now: number): Reply {
    const hash = erasedHash(this.#platform, user);
    let job = this.#jobs.get(hash);
    if (job?.state !== "running") {
      if (this.#running().length >= JOBS_MAX)
        return { type: "refused", code: "rate_limited", retryAfter: 60_000 };
      job = {
        ...{ hash, user, keys: [], heldKeys: [], ends: [] },
        ...{ passes: 1, isLate: false },
        ...{ cursor: REGISTRY_START, nameCursor: REGISTRY_START },
        ...{ rooms: 0, names: 0, begun: now, ended: null },
        ...{ state: "running", unanswered: [] },
        ...{ unansweredRooms: 0, unansweredNames: 0 },
      };
      // A newer job of the same user comes last.
      this.#jobs.delete(hash);
      this.#jobs.set(hash, job);
      this.#tables.saveJob(job);
    }
    if (key !== undefined) {
      this.#visits.addKeys(job, [key]);
      this.#tables.saveJob(job);
      this.#triedHolders.clear();
    }
    return this.#stateOf(job);
  }

  #running(): Job[] {
    return [...this.#jobs.values()].filter(({ state }) => state === "running");
  }

  /** Begins what is next, once nothing is under way. */
  #work(now: number): void {
    if (this.#retryAt !== null && this.#retryAt > now) return;
    this.#retryAt = null;
    for (;;) {
      const [job] = this.#running();
      if (this.#visits.isBusy || job?.user == null) return;
      const step = this.#nextStep(job, job.user, now);
      if (step === "waits") return;
    }
  }

  #nextStep(job: Job, user: string, now: number): "begun" | "waits" {
    // Claims first, so that the user is nowhere when the rooms are visited.
    if (this.#tryTasks(job, user, "holder", now)) return "begun";
    const isLate = job.isLate && job.passes < PASSES_MAX;
    if (job.cursor === null && isLate) {
      Object.assign(job, {
        ...{ isLate: false, passes: job.passes + 1, rooms: 0, names: 0 },
        ...{ cursor: REGISTRY_START, nameCursor: REGISTRY_START },
      } satisfies Partial<Job>);
      this.#tables.saveJob(job);
      return "begun";
    }
    if (job.cursor !== null || job.nameCursor !== null)
      return this.#visitPage(job, user, now);
    for (const kind of KINDS)
      if (this.#tryTasks(job, user, kind, now)) return "begun";
    return this.#endRound(job, now);
  }

  /** Visits the next rooms of the registry, and after them the next names. */
  #visitPage(job: Job, user: string, now: number): "begun" | "waits" {
    if (now - job.begun >= GIVE_UP_MS) {
      this.#end(job, "incomplete", now);
      return "begun";
    }
    if (!this.#mayPage) {
      this.#wantsPage = true;
      return "waits";
    }
    [this.#mayPage, this.#wantsPage] = [false, false];
    const { cursor, nameCursor } = job;
    if (cursor !== null) this.#visits.visitRooms(job, user, cursor, now);
    else if (nameCursor !== null)
      this.#visits.visitNames(job, user, nameCursor, now);
    return "begun";
  }

  /** @returns false: all tasks of this kind have been tried in this round */
  #tryTasks(job: Job, user: string, kind: TaskKind, now: number): boolean {
    const names = this.#untried(job, kind);
    for (const name of names) {
      if (kind === "holder") this.#triedHolders.add(name);
      else this.#tried[kind] = name;
      this.#visits.visit(job, user, { kind, name }, now);
    }
    return names.length > 0;
  }

  /** A visit of a room may find further names of the user at any time. */
  #untried(job: Job, kind: TaskKind): string[] {
    if (kind !== "holder")
      return this.#tables.tasks(job, kind, this.#tried[kind] ?? "", AT_ONCE);
    return job.keys
      .filter((key) => !this.#triedHolders.has(key))
      .filter((key) => this.#tables.hasTask(job, kind, key))
      .slice(0, AT_ONCE);
  }

  #endRound(job: Job, now: number): "begun" | "waits" {
    const left = KINDS.reduce(
      (sum, kind) => sum + this.#tables.countTasks(job, kind),
      0,
    );
    this.#tried = {};
    this.#triedHolders.clear();
    if (left === 0) this.#end(job, "done", now);
    else if (now - job.begun >= GIVE_UP_MS) this.#end(job, "incomplete", now);
    else {
      const delay = RETRY_MS * 2 ** Math.min(this.#failures++, 30);
      this.#retryAt = now + Math.min(delay, RETRY_MAX_MS);
      return "waits";
    }
    this.#failures = 0;
    return "begun";
  }

  /** What is kept names nobody: a hash, and rooms that have not answered. */
  #end(job: Job, state: "done" | "incomplete", now: number): void {
    const { unanswered, unansweredRooms, unansweredNames } = this.#stateOf(job);
    Object.assign(job, {
      ...{ user: null, keys: [], heldKeys: [], ends: [] },
      ...{ state, ended: now },
      ...{ unanswered: [...unanswered], unansweredRooms, unansweredNames },
    } satisfies Partial<Job>);
    this.#tables.deleteTasks(job);
    this.#tables.saveJob(job);
    this.#tables.remember(job.hash, now);
    this.#hasErased = true;
  }

  #dropOld(now: number): void {
    for (const job of this.#jobs.values()) {
      if (job.ended === null || now - job.ended < RECORD_MS) continue;
      this.#jobs.delete(job.hash);
      this.#tables.deleteJob(job);
    }
  }

  #stateOf(job: Job): ErasureState {
    const { state, begun, ended, rooms, names } = job;
    const isRunning = state === "running";
    const tables = this.#tables;
    return {
      ...{ type: "erasure", state, begun, rooms, names },
      ...(ended !== null && { ended }),
      unanswered: isRunning
        ? tables.tasks(job, "room", "", NAMED_MAX)
        : job.unanswered,
      unansweredRooms: isRunning
        ? tables.countTasks(job, "room")
        : job.unansweredRooms,
      unansweredNames: isRunning
        ? NAME_KINDS.reduce(
            (sum, kind) => sum + tables.countTasks(job, kind),
            0,
          )
        : job.unansweredNames,
    };
  }

  /** A lost timer is made good by the alarm. */
  #timerAt(now: number): number | null {
    const { next } = this.#visits;
    const retryAt = this.#retryAt;
    const isSoon = retryAt !== null && retryAt < now + ALARM_MS;
    if (next === null) return isSoon ? retryAt : null;
    return isSoon ? Math.min(next, retryAt) : next;
  }

  #alarmFor(now: number): number | undefined {
    let wanted = Infinity;
    if (this.#running().length > 0)
      wanted = this.#wantsPage
        ? now
        : Math.max(now + ALARM_MS, this.#retryAt ?? 0);
    for (const { ended } of this.#jobs.values())
      if (ended !== null) wanted = Math.min(wanted, ended + RECORD_MS);
    const known = this.#alarmAt;
    // To set it costs a row: one that goes off earlier does no harm.
    if (wanted === Infinity || (known !== null && known <= wanted))
      return undefined;
    this.#alarmAt = wanted;
    return wanted;
  }
}
