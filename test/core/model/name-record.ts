// What somebody has been told of a name of theirs: whether it is theirs for good, by which secrets, and whom they block.
import type { ServerFrame } from "../../../src/protocol/server-frames.ts";
import type { Person } from "./actors.ts";

export class Holding {
  /** The newer secret opens it, and the older one does. */
  isRotated = false;
  /** Until then nobody else has it, as they were told when they gave it up. */
  restsUntil = 0;
  /** By the epochs of claims. */
  readonly #registered = new Set<number>();
  wasReleased = false;
  /** By the epoch of the claim, which it lasts as long as. */
  readonly #blocked = new Map<number, Set<string>>();
  readonly #unblocked = new Set<string>();

  /** It became theirs for good, and they have never asked to give it up. */
  isKept(epoch: number): boolean {
    return this.#registered.has(epoch) && !this.wasReleased;
  }

  /** They ask to give it up; whether it was done is not known. */
  releases(): void {
    this.wasReleased = true;
  }

  registers(): void {
    this.restsUntil = 0;
  }

  unblocks(user: string): void {
    this.#unblocked.add(user);
  }

  /** Blocked once, and never asked to be let through again. */
  blocks(user: string, epoch: number): boolean {
    const isBlocked = this.#blocked.get(epoch)?.has(user) ?? false;
    return isBlocked && !this.#unblocked.has(user);
  }

  /** What a join from now on is to find, by the epoch of its claim. */
  get promised(): (epoch: number) => { isKept: boolean; blocked: string[] } {
    const registered = new Set(this.#registered);
    const blocked = new Map(
      [...this.#blocked].map(([epoch, users]) => [epoch, [...users]]),
    );
    return (epoch) => ({
      isKept: registered.has(epoch) && this.isKept(epoch),
      blocked: (blocked.get(epoch) ?? []).filter((user) =>
        this.blocks(user, epoch),
      ),
    });
  }

  /** @param epoch of the claim, which the connection came in by */
  hears(frame: ServerFrame, epoch: number): void {
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

/** Everybody's, by the key of the name. */
export class Holdings {
  readonly #all = new Map<string, Holding>();

  of(person: Person, key: string): Holding {
    const holding = this.#all.get(`${person} ${key}`) ?? new Holding();
    this.#all.set(`${person} ${key}`, holding);
    return holding;
  }
}
