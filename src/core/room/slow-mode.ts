// Slow mode: a room remembers when each user spoke last, while a moderator lets users speak only every few seconds.
import * as v from "valibot";
import * as LIMITS from "../../protocol/limits.ts";
import type { Log } from "./log.ts";

/** Events that are read after a sleep, to find the last message of each user. */
const EVENTS_MAX = 1000;

const message = v.object({
  type: v.literal("message"),
  seq: v.number(),
  user: v.string(),
  at: v.number(),
});

export class SlowMode {
  readonly #log: Log;
  readonly #importedTo: () => number;
  /** When each user spoke, ms since 1970, the oldest first; null: not read yet. */
  #spokeAt: Map<string, number> | null = null;

  /** @param importedTo events up to this seq come from another server */
  constructor(log: Log, importedTo: () => number) {
    this.#log = log;
    this.#importedTo = importedTo;
  }

  /** Notes a message of a user. */
  note(user: string, seconds: number, now: number): void {
    const spokeAt = this.#read(seconds, now);
    spokeAt.delete(user);
    spokeAt.set(user, now);
    // Those who may speak again are forgotten.
    for (const [one, at] of spokeAt) {
      if (now - at < seconds * 1000) break;
      spokeAt.delete(one);
    }
  }

  /** @returns ms until the user may speak again; 0: now */
  wait(user: string, seconds: number, now: number): number {
    const at = this.#read(seconds, now).get(user);
    // The clock was set back since: that makes nobody wait.
    if (at === undefined || at > now) return 0;
    return Math.max(0, at + seconds * 1000 - now);
  }

  /** Forgets all: another limit holds, or another log. */
  forget(): void {
    this.#spokeAt = null;
  }

  #read(seconds: number, now: number): Map<string, number> {
    if (this.#spokeAt !== null) return this.#spokeAt;
    const found = new Map<string, number>();
    const importedTo = this.#importedTo();
    let [before, events] = [this.#log.head + 1, 0];
    for (let isRecent = true; isRecent; ) {
      const { lines, more } = this.#log.before(before, LIMITS.historyPageMax);
      for (const line of [...lines].reverse()) {
        const read = v.safeParse(message, JSON.parse(line));
        if (!read.success) continue;
        const { seq, user, at } = read.output;
        const isOld = now - at >= seconds * 1000 || seq <= importedTo;
        if (isOld) isRecent = false;
        else if (!found.has(user)) found.set(user, at);
      }
      events += lines.length;
      before -= lines.length;
      isRecent &&= more && lines.length > 0 && events < EVENTS_MAX;
    }
    this.#spokeAt = new Map([...found].reverse());
    return this.#spokeAt;
  }
}
