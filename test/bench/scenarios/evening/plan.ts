// Plan: makes the list of all that users do in an evening, the same one for each server.
import { PROPORTIONS } from "./proportions.ts";

export interface User {
  readonly room: number;
  readonly name: string;
}

export type Action = {
  /** Milliseconds of the run. */
  readonly atMs: number;
  readonly user: User;
} & (
  | { readonly kind: "message" | "typing" | "leave" | "join" | "page" }
  /** The connection breaks; `return` comes with the last position. */
  | { readonly kind: "cut" | "return" }
  | { readonly kind: "private"; readonly to: string }
);
export type ActionKind = Action["kind"];

export interface Plan {
  /** The users who are there at the beginning. */
  readonly residents: readonly User[];
  /** By time. */
  readonly actions: readonly Action[];
}

const SEED = 20_261_128;
/** Between a leave and the next join of the place. */
const EMPTY_MS = 1000;
/** A former user returns after this time at the earliest. */
const GONE_MS = 2000;
/** From a join to its page of history. */
const PAGE_MS = 50;
const TYPING_MS = 3000;
const HOUR_MS = 3_600_000;

/** Returns the number of places of each room, largest first. */
export function roomSizes(): number[] {
  const { rooms, largestRoom, smallestRoom } = PROPORTIONS;
  const exponent = Math.log(largestRoom / smallestRoom) / Math.log(rooms);
  return Array.from({ length: rooms }, (_, i) =>
    Math.round(largestRoom / (i + 1) ** exponent),
  );
}

/** @param runMs the length of the run, in which the plan's time is compressed */
export function planEvening(runMs: number): Plan {
  const maker = new PlanMaker(runMs);
  return maker.make();
}

interface Step {
  readonly atMs: number;
  readonly run: (atMs: number) => void;
}

class PlanMaker {
  readonly #runMs: number;
  readonly #random = generator(SEED);
  readonly #actions: Action[] = [];
  /** The present user of each place, by room. */
  readonly #places: (User | null)[][] = [];
  readonly #sizes = roomSizes();
  /** Former users of each room, who may return. */
  readonly #gone: { user: User; atMs: number }[][] = [];
  /** When a user came last. */
  readonly #since = new Map<User, number>();
  /** Users who come later to a place, the next one last. */
  #arrivals: Step[] = [];
  #names = 0;

  constructor(runMs: number) {
    this.#runMs = runMs;
    this.#sizes.forEach((size, room) => {
      this.#places.push(Array.from({ length: size }, () => this.#new(room)));
      this.#gone.push([]);
    });
  }

  make(): Plan {
    const residents = this.#places.flat().filter((user) => user !== null);
    for (const { atMs, run } of this.#steps(residents.length)) {
      this.#arrive(atMs);
      run(atMs);
    }
    this.#arrive(this.#runMs);
    const actions = this.#actions.sort((a, b) => a.atMs - b.atMs);
    return { residents, actions };
  }

  /** The steps by time: who is present depends on those before. */
  #steps(users: number): Step[] {
    const hours = (this.#runMs * PROPORTIONS.timeLapse) / HOUR_MS;
    const { messagesPerUserHour, privatesPerMessage } = PROPORTIONS;
    const spread = (perUserHour: number, run: Step["run"]): Step[] =>
      Array.from({ length: Math.round(users * hours * perUserHour) }, () => ({
        atMs: this.#random() * this.#runMs,
        run,
      }));
    return [
      ...spread(messagesPerUserHour, (atMs) => this.#message(atMs)),
      ...spread(messagesPerUserHour * privatesPerMessage, (atMs) =>
        this.#private(atMs),
      ),
      ...spread(PROPORTIONS.visitsPerPlaceHour, (atMs) => this.#visit(atMs)),
      ...spread(PROPORTIONS.pagesPerUserHour, (atMs) => this.#page(atMs)),
      {
        atMs: this.#runMs * PROPORTIONS.stormAt,
        run: (atMs: number) => this.#storm(atMs),
      },
    ].sort((a, b) => a.atMs - b.atMs);
  }

  #message(atMs: number): void {
    const user = this.#talker();
    if (user === null) return;
    this.#actions.push({ kind: "message", atMs, user });
    const { typingPerMessage, timeLapse } = PROPORTIONS;
    for (let i = 1; i <= typingPerMessage; i++) {
      const typingMs = atMs - (i * TYPING_MS) / timeLapse;
      if (typingMs > (this.#since.get(user) ?? 0))
        this.#actions.push({ kind: "typing", atMs: typingMs, user });
    }
  }

  #private(atMs: number): void {
    const user = this.#talker();
    if (user === null) return;
    const isNear = this.#random() < PROPORTIONS.privatesToOwnRoom;
    const to = this.#anyOf(isNear ? user.room : this.#anyRoom());
    if (to === null || to === user) return;
    this.#actions.push({ kind: "private", atMs, user, to: to.name });
  }

  #page(atMs: number): void {
    const user = this.#anyOf(this.#anyRoom());
    if (user !== null) this.#actions.push({ kind: "page", atMs, user });
  }

  /** Somebody leaves, and a new or a former user comes to the place. */
  #visit(atMs: number): void {
    const room = this.#anyRoom();
    const user = this.#anyOf(room);
    if (user === null) return;
    this.#actions.push({ kind: "leave", atMs, user });
    const gone = this.#gone[room] ?? [];
    const isNew = this.#random() < PROPORTIONS.newNames;
    const [first] = gone;
    const isBack = !isNew && first !== undefined && first.atMs < atMs - GONE_MS;
    const next = isBack ? first.user : this.#new(room);
    if (isBack) gone.shift();
    gone.push({ user, atMs });
    this.#vacate(user, next, atMs + EMPTY_MS, "join");
  }

  #storm(atMs: number): void {
    for (const user of this.#places.flat()) {
      if (user === null || this.#random() >= PROPORTIONS.stormShare) continue;
      this.#actions.push({ kind: "cut", atMs, user });
      this.#vacate(user, user, atMs + PROPORTIONS.stormBackMs, "return");
    }
  }

  /** The place of a user is empty until the next one comes. */
  #vacate(user: User, next: User, atMs: number, kind: "join" | "return"): void {
    const places = this.#places[user.room] ?? [];
    const place = places.indexOf(user);
    places[place] = null;
    const run = () => {
      places[place] = next;
      this.#since.set(next, atMs);
      this.#actions.push({ kind, atMs, user: next });
      if (kind === "return") return;
      for (let i = 0; i < PROPORTIONS.pagesPerVisit; i++)
        this.#actions.push({ kind: "page", atMs: atMs + PAGE_MS, user: next });
    };
    this.#arrivals.push({ atMs, run });
  }

  #arrive(nowMs: number): void {
    const due = this.#arrivals.filter(({ atMs }) => atMs <= nowMs);
    this.#arrivals = this.#arrivals.filter(({ atMs }) => atMs > nowMs);
    for (const { atMs, run } of due) run(atMs);
  }

  /** Large rooms have more of everything. */
  #anyRoom(): number {
    return this.#pick(this.#sizes);
  }

  #anyOf(room: number): User | null {
    const places = this.#places[room] ?? [];
    return places[Math.floor(this.#random() * places.length)] ?? null;
  }

  /** A user of some room, by rank within it. */
  #talker(): User | null {
    const places = this.#places[this.#anyRoom()] ?? [];
    const { talkExponent } = PROPORTIONS;
    return (
      places[this.#pick(places.map((_, i) => 1 / (i + 1) ** talkExponent))] ??
      null
    );
  }

  /** An index, with chances by weight. */
  #pick(weights: readonly number[]): number {
    let left = this.#random() * weights.reduce((sum, one) => sum + one, 0);
    return weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
  }

  #new(room: number): User {
    return { room, name: `e${this.#names++}` };
  }
}

/** Mulberry32: the same numbers in each run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
