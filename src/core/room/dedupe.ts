// Dedupe: a room remembers the client ids of its newest events, so that a repeated id gets the first ack again.
import * as v from "valibot";
import * as LIMITS from "../../protocol/limits.ts";
import type { Log } from "./log.ts";

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

export class DedupeWindow {
  readonly #log: Log;
  /** First acks by user and id; null until they are read from the log. */
  #known: Map<string, FirstAck> | null = null;
  /**
   * The keys of the newest events, each at its seq modulo the length: a new key
   * replaces one that is too old. (The order of the map would do, but finding
   * its first entry gets slower with each entry that was deleted before.)
   */
  readonly #keys: (string | undefined)[] = new Array(LIMITS.dedupeWindowEvents);

  constructor(log: Log) {
    this.#log = log;
  }

  /** @returns the first ack of this id, if it is among the newest 1,000 events */
  find(user: string, id: string): FirstAck | undefined {
    return this.#all().get(`${user} ${id}`);
  }

  /** Remembers the first ack of an id, also before its event is in the log. */
  add(user: string, id: string, ack: FirstAck): void {
    this.#remember(this.#all(), `${user} ${id}`, ack);
  }

  /** Forgets all ids: the log has been replaced. */
  forget(): void {
    this.#known = null;
    this.#keys.fill(undefined);
  }

  #remember(known: Map<string, FirstAck>, key: string, ack: FirstAck): void {
    const index = ack.seq % LIMITS.dedupeWindowEvents;
    const old = this.#keys[index];
    if (old !== undefined) known.delete(old);
    this.#keys[index] = key;
    known.set(key, ack);
  }

  #all(): Map<string, FirstAck> {
    if (this.#known === null) {
      this.#known = new Map();
      for (const line of this.#newest()) {
        const event = v.safeParse(stored, JSON.parse(line));
        if (!event.success) continue;
        const { seq, at, by } = event.output;
        const { user, id } = by ?? event.output;
        if (id === undefined) continue;
        this.#remember(this.#known, `${user} ${id}`, { seq, at });
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
