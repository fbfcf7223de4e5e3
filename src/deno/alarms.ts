// Alarms: stores in a table when each core must run again, so that alarms survive a restart.
import type { Address } from "../core/shared/contract.ts";
import type { Database } from "./database.ts";
import type { GroupCommit } from "./group-commit.ts";

const KINDS = ["room", "directory", "service"] as const;
/** Alarms that fire in one turn of the event loop. */
const BATCH_MAX = 100;
/** The longest delay of a timer. */
const TIMER_MAX_MS = 2 ** 31 - 1;
/** The delay before the next try after a storage error. */
const RETRY_MS = 1000;

export class Alarms {
  readonly #database: Database;
  readonly #groupCommit: GroupCommit;
  /** Throws if the alarm could not even be postponed. */
  readonly #onDue: (address: Address) => void;
  /** The timer must be set again after this commit. */
  #isTimerStale = false;
  #hasFailed = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    database: Database,
    groupCommit: GroupCommit,
    wake: (address: Address) => void,
  ) {
    this.#database = database;
    this.#groupCommit = groupCommit;
    this.#onDue = wake;
    database.exec(
      "CREATE TABLE IF NOT EXISTS alarm (kind TEXT, name TEXT, at INTEGER NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID",
    );
    database.exec("CREATE INDEX IF NOT EXISTS alarm_at ON alarm (at)");
    this.#setTimer(0);
  }

  /** Part of the event that calls it. */
  set({ kind, name }: Address, at: number): void {
    this.#groupCommit.sql.exec(
      "INSERT OR REPLACE INTO alarm VALUES (?, ?, ?)",
      kind,
      name,
      Math.min(at, Number.MAX_SAFE_INTEGER),
    );
    this.#resetTimer();
  }

  /** Part of the event that calls it. */
  clear({ kind, name }: Address): void {
    this.#groupCommit.sql.exec(
      "DELETE FROM alarm WHERE kind = ? AND name = ?",
      kind,
      name,
    );
    this.#resetTimer();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #resetTimer(): void {
    if (this.#isTimerStale) return;
    this.#isTimerStale = true;
    this.#groupCommit.afterCommit((isCommitted) => {
      this.#setTimer(isCommitted && !this.#hasFailed ? 0 : RETRY_MS);
      this.#isTimerStale = false;
      this.#hasFailed = false;
    });
  }

  /** One timer serves the earliest alarm. */
  #setTimer(least: number): void {
    this.stop();
    const [next] = this.#database.exec("SELECT min(at) AS at FROM alarm");
    if (typeof next?.at !== "number") return;
    const wait = Math.max(least, next.at - Date.now());
    this.#timer = setTimeout(() => this.#fire(), Math.min(TIMER_MAX_MS, wait));
  }

  #fire(): void {
    const due = this.#database.exec(
      "SELECT kind, name FROM alarm WHERE at <= ? ORDER BY at LIMIT ?",
      Date.now(),
      BATCH_MAX,
    );
    this.#resetTimer();
    try {
      for (const { kind, name } of due)
        this.#onDue({
          kind: KINDS.find((one) => one === kind) ?? "directory",
          name: String(name),
        });
    } catch {
      this.#hasFailed = true;
    }
  }
}
