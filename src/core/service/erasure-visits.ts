// Erasure visits: the service of erasures asks rooms and names to erase a user, and notes in its tables what is left to do.

import { nameKey } from "../../protocol/name-key.ts";
import type { Call } from "../shared/contract.ts";
import type { ErasedHolder, ErasedInRoom } from "../shared/erase-requests.ts";
import {
  REGISTRY_START,
  type RegistryCursor,
} from "../shared/registry-requests.ts";
import type { Reply } from "../shared/rpc.ts";
import type { ErasureTables, Job, TaskKind } from "./erasure-tables.ts";
import { OpenCalls } from "./open-calls.ts";
import { type RegistryPage, RegistryPages } from "./registry-pages.ts";

/** A room or a name may take so long for one answer. */
const DEADLINE_MS = 30_000;
/** Rooms or names of a page that are visited at once. */
const AT_ONCE = 32;
/** A room that is still at it is asked again after so long, so often. */
const AGAIN_MS = 1000;
const AGAIN_MAX = 300;
/** The registry is asked again after so long. */
const REGISTRY_AGAIN_MS = 10_000;
/** A name whose user gets letters all the time is asked so often in a row. */
const HOLDER_CALLS_MAX = 10;

export interface Task {
  readonly kind: TaskKind;
  /** A room, or the key of a name. */
  readonly name: string;
}

/** A page of the registry that is being visited. */
interface Page {
  readonly left: string[];
  /** Rooms or names under way. */
  visiting: number;
  readonly visit: (entry: string, now: number) => void;
  /** All have been visited. */
  readonly end: () => void;
}

interface VisitedPage extends RegistryPage, Pick<Page, "visit"> {
  readonly from: RegistryCursor;
}

export class ErasureVisits {
  readonly #tables: ErasureTables;
  readonly #calls = new OpenCalls(DEADLINE_MS);
  readonly #pages = {
    rooms: new RegistryPages(this.#calls, "rooms"),
    names: new RegistryPages(this.#calls, "names"),
  };
  #page: Page | null = null;

  constructor(tables: ErasureTables) {
    this.#tables = tables;
  }

  get isBusy(): boolean {
    return this.#calls.count > 0;
  }

  /** When something is due, ms since 1970; null: never. */
  get next(): number | null {
    return this.#calls.next;
  }

  answered(call: number, replies: readonly Reply[] | null, now: number): void {
    this.#calls.answered(call, replies, now);
  }

  run(now: number): void {
    this.#calls.run(now);
  }

  take(): Call[] {
    return this.#calls.take();
  }

  /** Notes names of the user: their directories are asked. The job has to be saved. */
  addKeys(job: Job, keys: readonly string[]): void {
    for (const key of keys) {
      if (!job.keys.includes(key)) job.keys.push(key);
      this.#tables.addTask(job, "holder", key);
    }
  }

  /** Visits the next rooms of the registry. */
  visitRooms(job: Job, user: string, from: RegistryCursor, now: number): void {
    const visit = (name: string, then: number) =>
      this.#visitRoom(job, user, name, then, false);
    this.#pages.rooms.read(from, now, (page, then) =>
      this.#visitPage({ ...page, from, visit }, then, () => {
        job.cursor = page.next;
        this.#tables.saveJob(job);
      }),
    );
  }

  /** Visits the next names of the registry. */
  visitNames(job: Job, user: string, from: RegistryCursor, now: number): void {
    const visit = (name: string, then: number) =>
      this.#visitName(job, user, nameKey(name), then);
    this.#pages.names.read(from, now, (page, then) =>
      this.#visitPage({ ...page, from, visit }, then, () => {
        job.nameCursor = page.next;
        this.#tables.saveJob(job);
      }),
    );
  }

  #visitPage(
    { entries, next, from, visit }: VisitedPage,
    now: number,
    end: () => void,
  ): void {
    const isStuck = next?.shard === from.shard && next.after === from.after;
    // A registry that does not answer is asked again a little later.
    if (isStuck) this.#calls.later(now + REGISTRY_AGAIN_MS, () => undefined);
    this.#page = { left: [...entries], visiting: 0, visit, end };
    this.#visitMore(this.#page, now);
  }

  #visitMore(page: Page, now: number): void {
    while (page.visiting < AT_ONCE) {
      const entry = page.left.shift();
      if (entry === undefined) break;
      page.visiting++;
      page.visit(entry, now);
    }
    if (page.visiting > 0 || this.#page !== page) return;
    this.#page = null;
    page.end();
  }

  #visited(now: number): void {
    const page = this.#page;
    if (page === null) return;
    page.visiting--;
    this.#visitMore(page, now);
  }

  visit(job: Job, user: string, { kind, name }: Task, now: number): void {
    switch (kind) {
      case "holder":
        this.#endClaim(job, user, name, now, null, 1);
        break;
      case "letters":
      case "name": {
        const keys = kind === "letters" ? job.keys : job.heldKeys;
        const who = { user, name, keys, ends: job.ends };
        this.#eraseLetters(who, now, (isDone) => {
          if (isDone) this.#tables.deleteTask(job, kind, name);
        });
        break;
      }
      case "room":
        this.#visitRoom(job, user, name, now, true);
        break;
      default:
        kind satisfies never;
    }
  }

  #visitRoom(
    job: Job,
    user: string,
    name: string,
    now: number,
    isTask: boolean,
  ): void {
    const end = (isDone: boolean, then: number) => {
      if (isDone) job.rooms++;
      if (isDone && isTask) this.#tables.deleteTask(job, "room", name);
      if (!isDone) this.#tables.addTask(job, "room", name);
      if (!isTask) this.#visited(then);
    };
    this.#askRoom(job, user, name, now, AGAIN_MAX, end);
  }

  /**
   * A message that mentioned the name may be gone from its room, and a copy of a
   * letter to the user from the mailbox of the user.
   */
  #visitName(job: Job, user: string, name: string, now: number): void {
    // The other keys may be of somebody else by now.
    const keys = job.heldKeys;
    const who = { user, name, keys, ends: job.ends };
    this.#eraseLetters(who, now, (isDone, then) => {
      if (isDone) job.names++;
      else if (!this.#tables.hasTask(job, "letters", name))
        this.#tables.addTask(job, "name", name);
      this.#visited(then);
    });
  }

  #eraseLetters(
    {
      name,
      ...who
    }: {
      readonly name: string;
      readonly user: string;
      readonly keys: readonly string[];
      readonly ends: Job["ends"];
    },
    now: number,
    done: (isDone: boolean, now: number) => void,
  ): void {
    const op = { type: "erase-letters", ...who } as const;
    this.#calls.ask({ kind: "directory", name }, op, now, (reply, then) =>
      done(reply !== null, then),
    );
  }

  #askRoom(
    job: Job,
    user: string,
    name: string,
    now: number,
    left: number,
    end: (isDone: boolean, now: number) => void,
  ): void {
    const to = { kind: "room", name } as const;
    const op = { type: "erase-in-room", user } as const;
    const asked = left === AGAIN_MAX ? op : ({ ...op, isAgain: true } as const);
    this.#calls.ask(to, asked, now, (reply, then) => {
      if (reply?.type !== "erased-in-room") end(false, then);
      else if (!reply.isDone && left === 0) end(false, then);
      else if (!reply.isDone)
        this.#calls.later(then + AGAIN_MS, (at) =>
          this.#askRoom(job, user, name, at, left - 1, end),
        );
      else if (reply.isOpen !== true) end(true, then);
      else {
        this.#noteFound(job, reply);
        const confirmed = { ...op, isConfirmed: true } as const;
        this.#calls.ask(to, confirmed, then, (answer, at) =>
          end(answer?.type === "erased-in-room" && answer.isDone, at),
        );
      }
    });
  }

  #noteFound(job: Job, { keys, addressees }: ErasedInRoom): void {
    this.addKeys(
      job,
      keys.filter((key) => !job.keys.includes(key)),
    );
    this.#noteAddressees(job, addressees);
    this.#tables.saveJob(job);
  }

  #noteAddressees(job: Job, addressees: readonly string[]): void {
    for (const key of addressees) this.#tables.addTask(job, "letters", key);
  }

  #endClaim(
    job: Job,
    user: string,
    name: string,
    now: number,
    known: Pick<ErasedHolder, "head" | "epoch"> | null,
    calls: number,
  ): void {
    const op = { type: "erase-holder", user, ...known } as const;
    this.#calls.ask({ kind: "directory", name }, op, now, (reply, then) => {
      if (reply?.type !== "erased-holder") return;
      const { wasHeld, isDone, addressees, head, epoch } = reply;
      this.#noteAddressees(job, addressees);
      if (wasHeld) this.#noteHeld(job, name);
      if (isDone) {
        this.#noteEnd(job, name, reply);
        this.#tables.deleteTask(job, "holder", name);
      } else if (calls < HOLDER_CALLS_MAX)
        this.#endClaim(job, user, name, then, { head, epoch }, calls + 1);
    });
  }

  /** The answer to a repeat tells a later time, at which others may have the name. */
  #noteEnd(job: Job, key: string, { end, wasHeld }: ErasedHolder): void {
    const isKnown = job.ends.some(([name]) => name === key);
    if (end === undefined || (isKnown && !wasHeld)) return;
    job.ends = [...job.ends.filter(([name]) => name !== key), [key, end]];
    this.#tables.saveJob(job);
  }

  /** The user may have been in rooms that were visited, and written to names. */
  #noteHeld(job: Job, key: string): void {
    const { shard, after } = job.cursor ?? { shard: -1, after: "" };
    const isStart =
      shard === REGISTRY_START.shard && after === REGISTRY_START.after;
    const isLate = job.isLate || !isStart || job.passes > 1;
    const isKnown = job.heldKeys.includes(key);
    if (isKnown && isLate === job.isLate) return;
    if (!isKnown) job.heldKeys.push(key);
    job.isLate = isLate;
    this.#tables.saveJob(job);
  }
}
