// Schedule: an object has named entries that it runs at a later time, and wakes up for the next one by a timer or an alarm.
import type { Clock } from "./contract.ts";
import { isDue } from "./deadline.ts";

export interface ScheduleEntryOptions {
  readonly name: string;
  readonly clock: Clock;
  /**
   * The longest time that the entry is put off, in ms. Where more is to go, the
   * clock was set back, and the entry is due. Infinity: a clock that is set back
   * puts the entry off.
   */
  readonly delayMaxMs: number;
  run(now: number): void;
}

export class ScheduleEntry {
  readonly name: string;
  readonly clock: Clock;
  readonly delayMaxMs: number;
  readonly run: (now: number) => void;
  /** When it is due, ms since 1970; null: it waits for nothing. */
  dueAt: number | null = null;

  constructor({ name, clock, delayMaxMs, run }: ScheduleEntryOptions) {
    this.name = name;
    this.clock = clock;
    this.delayMaxMs = delayMaxMs;
    this.run = run;
  }
}

export class Schedule {
  readonly #names: readonly string[];
  /** By the place of the name; null: nothing of that name is there now. */
  readonly #entries: (ScheduleEntry | null)[];

  /** @param names of all entries, in the order in which they run */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#entries = names.map(() => null);
  }

  /** @returns the entry, whose owner sets when it is due */
  add(options: ScheduleEntryOptions): ScheduleEntry {
    const place = this.#names.indexOf(options.name);
    if (place < 0) throw new Error(`No schedule has "${options.name}".`);
    const entry = new ScheduleEntry(options);
    this.#entries[place] = entry;
    return entry;
  }

  /** The entry is due no more, whatever its owner sets. */
  remove(entry: ScheduleEntry): void {
    const place = this.#entries.indexOf(entry);
    if (place >= 0) this.#entries[place] = null;
  }

  /** Runs the entries that are due. */
  run(now: number): void {
    for (const entry of this.#entries)
      if (entry !== null && isDue(entry.dueAt, now, entry.delayMaxMs))
        entry.run(now);
  }

  /** When the next entry of one clock is due, ms since 1970. */
  next(clock: Clock): number | null {
    let next: number | null = null;
    for (const entry of this.#entries) {
      if (entry === null || entry.clock !== clock) continue;
      const { dueAt } = entry;
      if (dueAt !== null && (next === null || dueAt < next)) next = dueAt;
    }
    return next;
  }
}
