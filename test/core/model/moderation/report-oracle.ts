// Report oracle: it knows by its own rules which reports there are in a room, who may see and close them, and which are refused.

export const USERS = ["alice", "mia", "bob", "carol"] as const;
export type User = (typeof USERS)[number];

export interface KnownReport {
  readonly number: number;
  readonly of: number;
  readonly by: User;
  readonly target: User;
  readonly id: string | null;
  readonly at: number;
  outcome: string | null;
}

/** The answer to a report: its time, or the code of the refusal. */
export type Answer =
  | { readonly at: number; readonly isNew: boolean; readonly of: number }
  | { readonly code: string };

const WINDOW_MS = 600_000;
const PER_WINDOW = 10;

export class ReportOracle {
  readonly reports: KnownReport[] = [];
  /** alice owns the room. */
  isModerator = (user: User) => user === "alice" || this.#isMiaUp;
  /** Messages that are there, with their authors. */
  readonly #messages = new Map<number, User>();
  readonly #muted = new Set<User>();
  #isMiaUp = true;

  said(seq: number, by: User): void {
    this.#messages.set(seq, by);
  }

  deleted(seq: number): void {
    this.#messages.delete(seq);
  }

  setMuted(user: User, isMuted: boolean): void {
    if (isMuted) this.#muted.add(user);
    else this.#muted.delete(user);
  }

  setMia(isModerator: boolean): void {
    this.#isMiaUp = isModerator;
    this.isModerator = (user) =>
      user === "alice" || (user === "mia" && this.#isMiaUp);
  }

  report(by: User, of: number, id: string | null, now: number): Answer {
    const own = this.reports.filter((one) => one.by === by);
    const first = own.find(
      (one) => one.of === of || (id !== null && one.id === id),
    );
    if (first !== undefined)
      return { at: first.at, isNew: false, of: first.of };
    if (this.#muted.has(by)) return { code: "muted" };
    const target = this.#messages.get(of);
    if (target === undefined) return { code: "gone" };
    if (target === by) return { code: "forbidden" };
    const recent = own.filter(({ at }) => at > now - WINDOW_MS && at <= now);
    if (recent.length >= PER_WINDOW) return { code: "rate_limited" };
    const number = this.reports.length + 1;
    this.reports.push({
      ...{ number, of, by, target, id, at: now, outcome: null },
    });
    return { at: now, isNew: true, of };
  }

  /** @returns "ack", "duplicate", or the code of the refusal */
  close(by: User, number: number, outcome: string): string {
    if (!this.isModerator(by)) return "forbidden";
    const report = this.reports.find((one) => one.number === number);
    if (report === undefined || report.target === by) return "gone";
    if (report.outcome !== null) return "duplicate";
    report.outcome = outcome;
    return "ack";
  }

  /** The reports that a moderator may see, the newest first. */
  seenBy(user: User): readonly KnownReport[] {
    return this.reports.filter(({ target }) => target !== user).reverse();
  }

  openFor(user: User): number {
    return this.seenBy(user).filter(({ outcome }) => outcome === null).length;
  }
}
