// Known authors: a room finds the people who wrote its newest messages, as far back as moderation looks.
import * as v from "valibot";
import * as LIMITS from "../../protocol/limits.ts";
import { BOT_PREFIX } from "../../protocol/names.ts";
import { ERASED_ID } from "../shared/erase-requests.ts";
import type { Log } from "./log.ts";

/** Messages among which an author is looked for. */
const MESSAGES_MAX = 1000;
/** Events that are read for them. */
const EVENTS_MAX = 4 * MESSAGES_MAX;
/** People who are remembered, once somebody has asked. */
const KNOWN_MAX = 2 * MESSAGES_MAX;

const authored = v.object({
  // Of a deleted message its author is known.
  type: v.picklist(["message", "erased"]),
  user: v.pipe(
    v.string(),
    // Of a user who was erased nobody is left.
    v.check((user) => user !== ERASED_ID),
  ),
  username: v.pipe(
    v.string(),
    v.check((name) => !name.startsWith(BOT_PREFIX)),
  ),
  // The app speaks in the name of bots, whom nobody moderates.
  bot: v.optional(v.never()),
});

type LogReader = Pick<Log, "head" | "before">;

/** Yields the author of each of the newest 1,000 messages, the newest first. */
export function* newestAuthors(
  log: LogReader,
): Generator<{ readonly user: string; readonly username: string }> {
  let [before, messages, events] = [log.head + 1, 0, 0];
  for (;;) {
    const { lines, more } = log.before(before, LIMITS.historyPageMax);
    for (const line of [...lines].reverse()) {
      const read = v.safeParse(authored, JSON.parse(line));
      if (!read.success) continue;
      const { user, username } = read.output;
      yield { user, username };
      if (++messages >= MESSAGES_MAX) return;
    }
    events += lines.length;
    if (!more || lines.length === 0 || events >= EVENTS_MAX) return;
    before -= lines.length;
  }
}

/** Reads the log once, when it is first asked; later authors are noted. */
export class KnownAuthors {
  readonly #log: LogReader;
  #users: Set<string> | null = null;

  constructor(log: LogReader) {
    this.#log = log;
  }

  /** @param user a public id */
  has(user: string): boolean {
    this.#users ??= new Set(
      [...newestAuthors(this.#log)].map((author) => author.user).reverse(),
    );
    return this.#users.has(user);
  }

  /** A person has written. Costs nothing before somebody has asked. */
  note(user: string): void {
    if (this.#users === null) return;
    this.#users.add(user);
    const [oldest] = this.#users;
    if (this.#users.size > KNOWN_MAX && oldest !== undefined)
      this.#users.delete(oldest);
  }

  /** Nobody asks for a while: the next one reads the log again. */
  forget(): void {
    this.#users = null;
  }
}
