// Telling the directory that somebody left, and again where it did not hear.
import { isDue } from "../shared/deadline.ts";
import type { RoomContext } from "./context.ts";

export interface PendingLeave {
  readonly key: string;
  readonly identity: string;
  readonly version: number;
}

/** After that many tries the directory finds out by its own challenges. */
const TRIES = 5;
const RETRY_MS = 2000;

export class LeaveNotifier {
  readonly #context: RoomContext;
  #retries: { again: () => void; at: number }[] = [];

  constructor(context: RoomContext) {
    this.#context = context;
  }

  /** @param outdated the directory has heard of a version above this one */
  notify(
    leave: PendingLeave,
    outdated: (newest: number, now: number) => void,
    tries = 1,
  ): void {
    const { key, identity, version } = leave;
    this.#context.calls.add(
      { kind: "directory", name: key },
      { type: "leave", identity, room: this.#context.name, version },
      (reply, then) => {
        if (reply === null && tries < TRIES)
          this.#retries.push({
            again: () => this.notify(leave, outdated, tries + 1),
            at: then + RETRY_MS,
          });
        else if (reply?.type === "done" && reply.newest !== undefined)
          outdated(reply.newest, then);
      },
    );
  }

  /** When the next one is to be told again, ms since 1970. */
  get dueAt(): number | null {
    if (this.#retries.length === 0) return null;
    return Math.min(...this.#retries.map(({ at }) => at));
  }

  due(now: number): void {
    const due = this.#retries.filter(({ at }) => isDue(at, now, RETRY_MS));
    if (due.length === 0) return;
    this.#retries = this.#retries.filter((one) => !due.includes(one));
    for (const { again } of due) again();
  }
}
