// Erasure visits: the service of erasures asks rooms and names to erase a user, and notes in its tables what is left to do.
import type { Call } from "../shared/contract.ts";
import type { ErasedHolder, ErasedInRoom } from "../shared/erase-requests.ts";
import {
  nextCursor,
  REGISTRY_SHARDS,
  REGISTRY_START,
  type RegistryCursor,
  type RoomList,
  registryName,
} from "../shared/registry-requests.ts";
import type { Reply } from "../shared/rpc.ts";
import type { ErasureTables, Job, TaskKind } from "./erasure-tables.ts";
import { OpenCalls } from "./open-calls.ts";

/** A room or a name may take so long for one answer. */
const DEADLINE_MS = 30_000;
/** Parts of the registry that are asked for one page, and rooms of each. */
const SHARDS_AT_ONCE = 16;
const ROOMS_OF_SHARD = 16;
/** Rooms that are visited at once. */
const ROOMS_AT_ONCE = 32;
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

export class ErasureVisits {
  readonly #tables: ErasureTables;
  readonly #calls = new OpenCalls(DEADLINE_MS);
  /** Rooms of the present page that are not visited yet. */
  #rooms: string[] = [];
  /** Rooms under way, of the page and of tasks. */
  #visiting = 0;
  /** Ends the present page; null: there is none. */
  #endPage: (() => void) | null = null;

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

  /** Asks some parts of the registry, and visits their rooms. */
  visitPage(job: Job, user: string, from: RegistryCursor, now: number): void {
    const count = Math.min(SHARDS_AT_ONCE, REGISTRY_SHARDS - from.shard);
    const lists: (RoomList | null)[] = [];
    let open = count;
    for (let i = 0; i < count; i++) {
      const name = registryName(from.shard + i);
      const to = { kind: "service", name } as const;
      const after = i === 0 ? from.after : "";
      const op = { type: "rooms", after, limit: ROOMS_OF_SHARD } as const;
      this.#calls.ask(to, op, now, (reply, then) => {
        lists[i] = reply?.type === "rooms" ? reply : null;
        if (--open === 0) this.#visitRooms(job, user, from, lists, then);
      });
    }
  }

  #visitRooms(
    job: Job,
    user: string,
    from: RegistryCursor,
    lists: readonly (RoomList | null)[],
    now: number,
  ): void {
    let next: RegistryCursor | null = from;
    for (const list of lists) {
      // The next page begins with the part that has not answered.
      if (list === null || next === null) break;
      this.#rooms.push(...list.rooms.map(({ room }) => room));
      next = nextCursor(next, list.rooms, list.more);
      if (list.more) break;
    }
    const isStuck = next?.shard === from.shard && next.after === from.after;
    this.#endPage = () => {
      job.cursor = next;
      this.#tables.saveJob(job);
    };
    // A registry that does not answer is asked again a little later.
    if (isStuck) this.#calls.later(now + REGISTRY_AGAIN_MS, () => undefined);
    this.#visitMore(job, user, now);
  }

  #visitMore(job: Job, user: string, now: number): void {
    while (this.#visiting < ROOMS_AT_ONCE) {
      const name = this.#rooms.shift();
      if (name === undefined) break;
      this.#visitRoom(job, user, name, now, false);
    }
    if (this.#visiting > 0 || this.#endPage === null) return;
    const endPage = this.#endPage;
    this.#endPage = null;
    endPage();
  }

  visit(job: Job, user: string, { kind, name }: Task, now: number): void {
    switch (kind) {
      case "holder":
        this.#endClaim(job, user, name, now, null, 1);
        break;
      case "letters":
        this.#calls.ask(
          { kind: "directory", name },
          { type: "erase-letters", user, keys: job.keys },
          now,
          (reply) => {
            if (reply !== null) this.#tables.deleteTask(job, kind, name);
          },
        );
        break;
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
    this.#visiting++;
    const end = (isDone: boolean, then: number) => {
      this.#visiting--;
      if (isDone) job.rooms++;
      if (isDone && isTask) this.#tables.deleteTask(job, "room", name);
      if (!isDone) this.#tables.addTask(job, "room", name);
      this.#visitMore(job, user, then);
    };
    this.#askRoom(job, user, name, now, AGAIN_MAX, end);
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
      const { shard, after } = job.cursor ?? { shard: -1, after: "" };
      const isStart =
        shard === REGISTRY_START.shard && after === REGISTRY_START.after;
      if (wasHeld && (!isStart || job.passes > 1) && !job.isLate) {
        job.isLate = true;
        this.#tables.saveJob(job);
      }
      if (isDone) this.#tables.deleteTask(job, "holder", name);
      else if (calls < HOLDER_CALLS_MAX)
        this.#endClaim(job, user, name, then, { head, epoch }, calls + 1);
    });
  }
}
