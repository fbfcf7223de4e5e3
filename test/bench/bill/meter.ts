// Meter: counts the SQL rows of one object, and the time in which it cannot hibernate.
import type {
  Core,
  Effects,
  Event,
  ReplyHandle,
  SqlValue,
} from "../../../src/core/shared/contract.ts";
import type { Totals } from "./totals.ts";

export class Meter {
  readonly #totals: Totals;
  readonly #asks = new Set<ReplyHandle>();
  readonly #calls = new Set<number>();
  #timer: number | null = null;
  /** The end of the counted pending time. */
  #at = 0;

  readonly #isName: boolean;

  /** @param isName true: the object is that of a name */
  constructor(totals: Totals, isName = false) {
    this.#totals = totals;
    this.#isName = isName;
  }

  exec(sql: SqlStorage, query: string, values: readonly SqlValue[]) {
    const cursor = sql.exec<Record<string, SqlValue>>(query, ...values);
    const rows = cursor.toArray();
    this.#write(cursor.rowsWritten);
    this.#totals.rowsRead += cursor.rowsRead;
    return rows;
  }

  core(core: Core): Core {
    return {
      on: (event, now) => {
        if (this.#isPending) this.#totals.pendingMs += now - this.#at;
        this.#at = now;
        const effects = core.on(event, now);
        this.#note(event, effects);
        return effects;
      },
    };
  }

  get #isPending(): boolean {
    return this.#timer !== null || this.#asks.size + this.#calls.size > 0;
  }

  #note(event: Event, effects: Effects): void {
    if (event.kind === "asked") this.#asks.add(event.ask);
    if (event.kind === "answered") this.#calls.delete(event.call);
    for (const { ask } of effects.replies) this.#asks.delete(ask);
    for (const { id } of effects.calls) this.#calls.add(id);
    this.#timer = effects.timer;
    if (effects.alarm !== undefined) this.#write(1);
  }

  #write(rows: number): void {
    this.#totals.rowsWritten += rows;
    if (this.#isName) this.#totals.nameRowsWritten += rows;
  }
}
