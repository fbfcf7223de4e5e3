// Dedupe: a room remembers the client ids of its newest events, so that a repeated id gets the first ack again.
import * as v from "valibot";
import * as LIMITS from "../../protocol/limits.ts";
import type { Log } from "./log.ts";

/** The start of the line of a reaction, which is deduped by its state. */
const REACTED = '{"type":"reacted"';

/** The fields of the first ack of a message. */
export interface FirstAck {
  readonly seq: number;
  readonly at: number;
}

const stored = v.object({
  seq: v.number(),
  at: v.number(),
  user: v.string(),
  id: v.optional(v.string()),
  // What a command said is known by the command.
  by: v.optional(v.object({ user: v.string(), id: v.optional(v.string()) })),
});

interface KnownId extends FirstAck {
  readonly user: string;
  readonly id: string;
}

/**
 * By user, then by id: to make one key of both would cost more than all else
 * that is done here for a message.
 */
type KnownIds = Map<string, Map<string, KnownId>>;

export class DedupeWindow {
  readonly #log: Log;
  /** null until they are read from the log. */
  #known: KnownIds | null = null;
  /**
   * The ids of the newest events, each at its seq modulo the length: a new one
   * replaces one that is too old. (The order of a map would do, but finding
   * its first entry gets slower with each entry that was deleted before.)
   */
  readonly #newestIds: (KnownId | undefined)[] = new Array(
    LIMITS.dedupeWindowEvents,
  );
  /** Reactions take no place: so many were among the events since the window began. */
  #skipped = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * @returns the first ack of this id, if it is among the newest 1,000 events that
   *   are no reactions
   */
  find(user: string, id: string): FirstAck | undefined {
    const known = this.#all().get(user)?.get(id);
    return known === undefined ? undefined : { seq: known.seq, at: known.at };
  }

  /** Remembers the first ack of an id, also before its event is in the log. */
  add(user: string, id: string, { seq, at }: FirstAck): void {
    this.#remember(this.#all(), { user, id, seq, at });
  }

  /** A reaction has got the next number. */
  skip(): void {
    if (this.#known !== null) this.#skipped++;
  }

  /** Forgets all ids: the log has been replaced. */
  forget(): void {
    this.#known = null;
    this.#skipped = 0;
    this.#newestIds.fill(undefined);
  }

  #remember(known: KnownIds, one: KnownId): void {
    const index = (one.seq - this.#skipped) % LIMITS.dedupeWindowEvents;
    const old = this.#newestIds[index];
    if (old !== undefined) drop(known, old);
    this.#newestIds[index] = one;
    const ofUser = known.get(one.user);
    if (ofUser === undefined) known.set(one.user, new Map([[one.id, one]]));
    else ofUser.set(one.id, one);
  }

  #all(): KnownIds {
    if (this.#known === null) {
      this.#known = new Map();
      for (const line of this.#newest()) {
        if (line.startsWith(REACTED)) {
          this.#skipped++;
          continue;
        }
        const event = v.safeParse(stored, JSON.parse(line));
        if (!event.success) continue;
        const { seq, at, by } = event.output;
        const { user, id } = by ?? event.output;
        if (id === undefined) continue;
        this.#remember(this.#known, { user, id, seq, at });
      }
    }
    return this.#known;
  }

  #newest(): string[] {
    const pages: (readonly string[])[] = [];
    let before = this.#log.head + 1;
    let wanted = LIMITS.dedupeWindowEvents;
    // A log of nothing but reactions is not read to its beginning.
    let left = wanted * LIMITS.eventsPerMessageMax;
    while (wanted > 0 && left > 0) {
      const limit = Math.min(wanted, left, LIMITS.replayEventsMax);
      const { lines, more } = this.#log.before(before, limit);
      pages.unshift(lines);
      if (!more) break;
      before -= lines.length;
      left -= lines.length;
      for (const line of lines) if (!line.startsWith(REACTED)) wanted--;
    }
    return pages.flat();
  }
}

/** Forgets an id, unless the user has used it again since. */
function drop(known: KnownIds, { user, id, seq }: KnownId): void {
  const ofUser = known.get(user);
  if (ofUser?.get(id)?.seq !== seq) return;
  ofUser.delete(id);
  if (ofUser.size === 0) known.delete(user);
}
