// Name record: the model notes all that a user has been told of a name: registration, rotation, release and blocks.
import type { ServerFrame } from "../../../src/protocol/server-frames.ts";
import type { Person } from "./actors.ts";

export class NameRecord {
  /** The user has rotated the secret; both secrets open the name. */
  isRotated = false;
  /** Until this time nobody else gets the released name, ms since 1970. */
  restsUntil = 0;
  /** Epochs of claims that were registered. */
  readonly #registered = new Set<number>();
  wasReleased = false;
  /** Blocked users by the epoch of the claim. */
  readonly #blocked = new Map<number, Set<string>>();
  readonly #unblocked = new Set<string>();

  /** The name was registered, and the user has never asked to release it. */
  isRegistered(epoch: number): boolean {
    return this.#registered.has(epoch) && !this.wasReleased;
  }

  /** Notes a request to release the name; its result is not known yet. */
  noteRelease(): void {
    this.wasReleased = true;
  }

  noteRegister(): void {
    this.restsUntil = 0;
  }

  noteUnblock(user: string): void {
    this.#unblocked.add(user);
  }

  /** The user was blocked, and a request to unblock was never sent. */
  isBlocking(user: string, epoch: number): boolean {
    const isBlocked = this.#blocked.get(epoch)?.has(user) ?? false;
    return isBlocked && !this.#unblocked.has(user);
  }

  /** A function from a claim's epoch to the state that the next welcome must tell. */
  get expected(): (epoch: number) => {
    isRegistered: boolean;
    blocked: string[];
  } {
    const registered = new Set(this.#registered);
    const blocked = new Map(
      [...this.#blocked].map(([epoch, users]) => [epoch, [...users]]),
    );
    return (epoch) => ({
      isRegistered: registered.has(epoch) && this.isRegistered(epoch),
      blocked: (blocked.get(epoch) ?? []).filter((user) =>
        this.isBlocking(user, epoch),
      ),
    });
  }

  /** @param epoch epoch of the session's claim */
  receive(frame: ServerFrame, epoch: number): void {
    switch (frame.type) {
      case "welcome":
        if (frame.registered !== undefined) this.#registered.add(epoch);
        break;
      case "registered":
        this.#registered.add(epoch);
        break;
      case "released":
        this.restsUntil = Math.max(this.restsUntil, frame.restsUntil);
        break;
      case "rotated":
        this.isRotated = true;
        break;
      case "blocked":
        for (const { user } of frame.blocked) {
          const all = this.#blocked.get(epoch) ?? new Set();
          this.#blocked.set(epoch, all.add(user));
        }
        break;
      default:
    }
  }
}

/** The records of all users, by the key of the name. */
export class NameRecords {
  readonly #all = new Map<string, NameRecord>();

  of(person: Person, key: string): NameRecord {
    const record = this.#all.get(`${person} ${key}`) ?? new NameRecord();
    this.#all.set(`${person} ${key}`, record);
    return record;
  }
}
