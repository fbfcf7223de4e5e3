// Visits: a claim lists the rooms that its holder was in, each with the read marker of the holder there.
import * as v from "valibot";
import * as LIMITS from "../../protocol/limits.ts";
import type { ReadMarker } from "../shared/directory-requests.ts";

export interface Visit {
  readonly room: string;
  /** When the holder last left the room, ms since 1970. */
  readonly at: number;
  /** null: nothing is marked as read. */
  readonly read: ReadMarker | null;
}

/** As stored: room, time, epoch and seq of the marker. */
const StoredVisitsSchema = v.object({
  visits: v.optional(
    v.array(
      v.tuple([v.string(), v.number(), v.nullable(v.string()), v.number()]),
    ),
    [],
  ),
});

export class Visits {
  readonly #visits = new Map<string, Visit>();
  /** The stored form; null: it has to be made anew. */
  #json: string | null = null;

  /** @param stored the JSON text of the claim's status, which may have none */
  static parse(stored: string): Visits {
    const visits = new Visits();
    const parsed = v.parse(StoredVisitsSchema, JSON.parse(stored));
    for (const [room, at, epoch, seq] of parsed.visits) {
      const read = epoch === null ? null : { epoch, seq };
      visits.#visits.set(room, { room, at, read });
    }
    return visits;
  }

  /** @returns the JSON text of the list; null: it is empty */
  toJson(): string | null {
    if (this.#visits.size === 0) return null;
    this.#json ??= JSON.stringify(
      [...this.#visits.values()].map(({ room, at, read }) => [
        ...[room, at, read?.epoch ?? null, read?.seq ?? 0],
      ]),
    );
    return this.#json;
  }

  find(room: string): Visit | undefined {
    return this.#visits.get(room);
  }

  /** The holder leaves a room. The oldest visit goes for one too many. */
  left(room: string, at: number): void {
    const { read = null } = this.#visits.get(room) ?? {};
    this.#set({ room, at, read });
  }

  /**
   * Moves a marker forward. The room knows its epoch: another one than the stored
   * one is that of a newer log.
   *
   * @returns false if nothing has changed
   */
  markRead(room: string, read: ReadMarker, now: number): boolean {
    const before = this.#visits.get(room);
    const isOlder =
      before?.read?.epoch === read.epoch && before.read.seq >= read.seq;
    if (isOlder) return false;
    const { at = now } = before ?? {};
    this.#set({ room, at, read: { epoch: read.epoch, seq: read.seq } });
    return true;
  }

  /** @returns false if the room was not listed */
  forget(room: string): boolean {
    this.#json = null;
    return this.#visits.delete(room);
  }

  /** Rooms have new epochs, with the same messages. @param rooms by name */
  renew(
    rooms: ReadonlyMap<string, { before: string | null; epoch: string }>,
  ): void {
    for (const visit of [...this.#visits.values()]) {
      const { before, epoch } = rooms.get(visit.room) ?? {};
      const { read } = visit;
      if (epoch !== undefined && read !== null && read.epoch === before)
        this.#set({ ...visit, read: { ...read, epoch } });
    }
  }

  /**
   * The newest first.
   *
   * @param present rooms that the holder is in, with the time of the enter
   */
  list(present: ReadonlyMap<string, number>): Visit[] {
    const here = [...present].map(([room, at]) => {
      const { read = null } = this.#visits.get(room) ?? {};
      return { room, at, read };
    });
    const others = [...this.#visits.values()].filter(
      ({ room }) => !present.has(room),
    );
    return [...here, ...others]
      .sort(newestFirst)
      .slice(0, LIMITS.visitedRoomsMax);
  }

  #set(visit: Visit): void {
    this.#json = null;
    this.#visits.set(visit.room, visit);
    if (this.#visits.size <= LIMITS.visitedRoomsMax) return;
    const oldest = [...this.#visits.values()].sort(newestFirst).at(-1);
    if (oldest !== undefined) this.#visits.delete(oldest.room);
  }
}

/** Rooms of one moment are in the order of their names, so that pages agree. */
export function newestFirst(
  one: Pick<Visit, "at" | "room">,
  other: Pick<Visit, "at" | "room">,
): number {
  if (one.at !== other.at) return other.at - one.at;
  if (one.room === other.room) return 0;
  return one.room < other.room ? -1 : 1;
}
