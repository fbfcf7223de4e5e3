// Which client ids the newest events of a room had, so that a repetition is known for one.
import * as v from "valibot";
import * as LIMITS from "../../protocol/limits.ts";
import type { Log } from "./log.ts";

/** What the first ack of a message said. */
export interface FirstAck {
  readonly seq: number;
  readonly at: number;
}

const stored = v.object({
  seq: v.number(),
  at: v.number(),
  user: v.string(),
  id: v.string(),
});

export class DedupeWindow {
  readonly #log: Log;
  /** By user and id. Read from the log when first needed. */
  #known: Map<string, FirstAck> | null = null;
  /**
   * The keys of the newest events, each at its seq modulo the length: what a
   * new one takes the place of is too old. (A map's own order would do, but
   * its first entry gets the slower to find the more were deleted before it.)
   */
  readonly #keys: (string | undefined)[] = new Array(LIMITS.dedupeWindowEvents);

  constructor(log: Log) {
    this.#log = log;
  }

  find(user: string, id: string): FirstAck | undefined {
    return this.#all().get(`${user} ${id}`);
  }

  add(user: string, id: string, first: FirstAck): void {
    this.#note(this.#all(), `${user} ${id}`, first);
  }

  /** The log is another one. */
  forget(): void {
    this.#known = null;
    this.#keys.fill(undefined);
  }

  #note(known: Map<string, FirstAck>, key: string, first: FirstAck): void {
    const place = first.seq % LIMITS.dedupeWindowEvents;
    const old = this.#keys[place];
    if (old !== undefined) known.delete(old);
    this.#keys[place] = key;
    known.set(key, first);
  }

  #all(): Map<string, FirstAck> {
    if (this.#known === null) {
      this.#known = new Map();
      for (const line of this.#newest()) {
        const event = v.safeParse(stored, JSON.parse(line));
        if (!event.success) continue;
        const { user, id, seq, at } = event.output;
        this.#note(this.#known, `${user} ${id}`, { seq, at });
      }
    }
    return this.#known;
  }

  #newest(): string[] {
    const lines: string[] = [];
    let after = Math.max(0, this.#log.head - LIMITS.dedupeWindowEvents);
    for (;;) {
      const slice = this.#log.after(after, LIMITS.replayEventsMax);
      lines.push(...slice.lines);
      if (!slice.more || slice.lines.length === 0) return lines;
      after += slice.lines.length;
    }
  }
}
