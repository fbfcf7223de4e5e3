// When each room and name wants to be woken, in a table: it outlives the process, whether they are open or not.
import type { Address } from "../core/shared/contract.ts";
import type { Database } from "./database.ts";
import type { Turns } from "./turns.ts";

/** Woken in one turn. */
const AT_ONCE = 100;
/** Timers take no longer, in ms. */
const TIMER_MAX = 2 ** 31 - 1;
/** Where storage fails, the next look is so much later, in ms. */
const PAUSE_MS = 1000;

export class Alarms {
  readonly #database: Database;
  readonly #turns: Turns;
  /** Throws if it could not even be put off. */
  readonly #wake: (address: Address) => void;
  /** The timer is to be set anew after this turn. */
  #isStale = false;
  #isBroken = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    database: Database,
    turns: Turns,
    wake: (address: Address) => void,
  ) {
    this.#database = database;
    this.#turns = turns;
    this.#wake = wake;
    database.exec(
      "CREATE TABLE IF NOT EXISTS alarm (kind TEXT, name TEXT, at INTEGER NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID",
    );
    database.exec("CREATE INDEX IF NOT EXISTS alarm_at ON alarm (at)");
    this.#arm(0);
  }

  /** In an event, of which it is a part. */
  set({ kind, name }: Address, at: number): void {
    this.#turns.sql.exec(
      "INSERT OR REPLACE INTO alarm VALUES (?, ?, ?)",
      kind,
      name,
      Math.min(at, Number.MAX_SAFE_INTEGER),
    );
    this.#rearm();
  }

  /** In an event, of which it is a part. */
  clear({ kind, name }: Address): void {
    this.#turns.sql.exec(
      "DELETE FROM alarm WHERE kind = ? AND name = ?",
      kind,
      name,
    );
    this.#rearm();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #rearm(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    this.#turns.afterwards((isCommitted) => {
      this.#arm(isCommitted && !this.#isBroken ? 0 : PAUSE_MS);
      this.#isStale = false;
      this.#isBroken = false;
    });
  }

  /** One timer, for whoever is next. */
  #arm(least: number): void {
    this.stop();
    const [next] = this.#database.exec("SELECT min(at) AS at FROM alarm");
    if (typeof next?.at !== "number") return;
    const wait = Math.max(least, next.at - Date.now());
    this.#timer = setTimeout(() => this.#ring(), Math.min(TIMER_MAX, wait));
  }

  #ring(): void {
    const due = this.#database.exec(
      "SELECT kind, name FROM alarm WHERE at <= ? ORDER BY at LIMIT ?",
      Date.now(),
      AT_ONCE,
    );
    this.#rearm();
    try {
      for (const { kind, name } of due)
        this.#wake({
          kind: kind === "room" ? "room" : "directory",
          name: String(name),
        });
    } catch {
      this.#isBroken = true;
    }
  }
}
