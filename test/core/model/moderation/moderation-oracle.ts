// Moderation oracle: it knows by its own rules who may do what in a room, and whether a ban or mute holds at a time.
import type { ModerateFrame } from "../../../../src/protocol/client-frames.ts";

/** alice owns the room from the beginning. All have registered names. */
export const PEOPLE = ["alice", "mia", "bob", "carol"] as const;
export type Person = (typeof PEOPLE)[number];

export type Action = Exclude<
  ModerateFrame["action"],
  "topic" | "access" | "invite" | "uninvite" | "member" | "unmember"
>;
type Kind = "ban" | "mute";
/** Where a clock was set back before anything was stored, both are right. */
export type Holds = "yes" | "no" | "either";

interface Restriction {
  readonly until: number;
  readonly rank: number;
  /** Time has passed the end, and nothing has been stored since. */
  mayHaveEnded: boolean;
}

export interface Act {
  readonly by: Person;
  readonly action: Action;
  readonly on: Person;
  /** Seconds of a ban, mute or purge; null: no end. */
  readonly seconds: number | null;
  readonly role: "moderator" | "none";
}

export type Expected = "ack" | "forbidden" | "no_such_user";

const KINDS: Readonly<Partial<Record<Action, Kind>>> = {
  ...{
    kick: "ban",
    ban: "ban",
    unban: "ban",
    purge: "ban",
    mute: "mute",
    unmute: "mute",
  },
};

export class ModerationOracle {
  readonly #ranks = new Map<Person, number>([["alice", 2]]);
  readonly #restrictions = {
    ban: new Map<Person, Restriction>(),
    mute: new Map<Person, Restriction>(),
  };
  /** People who have written to the room. */
  readonly #authors = new Set<Person>();
  isLocked = false;
  /** All that was said and is there. */
  #said: { readonly person: Person; readonly text: string; at: number }[] = [];

  /** The texts that a reader finds, in order. */
  get texts(): string[] {
    return this.#said.map(({ text }) => text);
  }

  rankOf(person: Person): number {
    return this.#ranks.get(person) ?? 0;
  }

  /** Does a ban or mute hold for a person at this time? */
  holds(kind: Kind, person: Person, now: number): Holds {
    const one = this.#restrictions[kind].get(person);
    if (one === undefined || one.until <= now) return "no";
    if (one.rank <= this.rankOf(person)) return "no";
    return one.mayHaveEnded ? "either" : "yes";
  }

  maySpeak(person: Person, now: number): Holds {
    if (this.isLocked && this.rankOf(person) === 0) return "no";
    const muted = this.holds("mute", person, now);
    return muted === "yes" ? "no" : muted === "no" ? "yes" : "either";
  }

  /** Time has come so far, also if it goes back later. */
  passed(now: number): void {
    for (const map of Object.values(this.#restrictions))
      for (const one of map.values())
        if (one.until <= now) one.mayHaveEnded = true;
  }

  /** An event was stored: restrictions that have ended do not come back. */
  stored(now: number): void {
    for (const map of Object.values(this.#restrictions))
      for (const [person, { until }] of map)
        if (until <= now) map.delete(person);
  }

  /** The next end of a ban or mute, ms since 1970; null: there is none. */
  nextEnd(now: number): number | null {
    const ends = Object.values(this.#restrictions)
      .flatMap((map) => [...map.values()].map(({ until }) => until))
      .filter((until) => until > now && until < Infinity);
    return ends.length === 0 ? null : Math.min(...ends);
  }

  wrote(person: Person, text: string, at: number): void {
    this.#authors.add(person);
    this.#said.push({ person, text, at });
  }

  /** @returns all answers that are right */
  expect(
    { by, action, on, role }: Act,
    isHere: boolean,
    now: number,
  ): Expected[] {
    const rank = this.rankOf(by);
    if (rank === 0) return ["forbidden"];
    if (action === "lock" || action === "unlock" || action === "slow")
      return ["ack"];
    const kind = KINDS[action];
    const old =
      kind === undefined ? undefined : this.#restrictions[kind].get(on);
    const isOver = old === undefined || old.until <= now;
    const wasSeen = isHere || this.#authors.has(on);
    const answers = new Set<Expected>();
    const states = isOver ? [false] : old.mayHaveEnded ? [false, true] : [true];
    for (const isRestricted of states) {
      const isLift = action === "unban" || action === "unmute";
      if (!wasSeen && !isRestricted) answers.add("no_such_user");
      else if (rank <= this.rankOf(on)) answers.add("forbidden");
      else if (isLift && !isRestricted) answers.add("no_such_user");
      else if (
        isRestricted &&
        old !== undefined &&
        old.rank > rank &&
        action !== "kick" &&
        action !== "purge"
      )
        answers.add("forbidden");
      else if (action === "role" && role === "moderator" && rank < 2)
        answers.add("forbidden");
      else answers.add("ack");
    }
    return [...answers];
  }

  /**
   * An act was acked.
   *
   * @param until its end, as it was told; Infinity: there is none
   */
  apply({ by, action, on, role, seconds }: Act, until: number, now: number) {
    const restriction = { until, rank: this.rankOf(by), mayHaveEnded: false };
    const { ban, mute } = this.#restrictions;
    switch (action) {
      case "kick":
        // A kick cuts no ban short: then it has the end of that.
        if (ban.get(on)?.until !== until) ban.set(on, restriction);
        break;
      case "ban":
        ban.set(on, restriction);
        break;
      case "mute":
        mute.set(on, restriction);
        break;
      case "unban":
        ban.delete(on);
        break;
      case "unmute":
        mute.delete(on);
        break;
      case "role":
        this.#ranks.set(on, role === "none" ? 0 : 1);
        break;
      case "lock":
      case "unlock":
        this.isLocked = action === "lock";
        break;
      case "slow":
        break;
      case "purge": {
        const since = now - (seconds ?? 0) * 1000;
        this.#said = this.#said.filter(
          ({ person, at }) => person !== on || at < since,
        );
        break;
      }
      default:
        action satisfies never;
    }
  }
}
