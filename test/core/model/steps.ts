// What may happen next in a conversation, at random: what people do, what a slow network does, what a bad day does.
import fc from "fast-check";
import type { Settings } from "../../../src/protocol/settings.ts";
import {
  NAMES,
  type Name,
  PEOPLE,
  type Person,
  ROOMS,
  type RoomName,
} from "./actors.ts";

/** Numbers pick among what there is at the time. */
export type Step =
  | {
      do: "join";
      person: Person;
      device: number;
      room: RoomName;
      spelling: number;
      history: number | undefined;
    }
  | { do: "rejoin"; visit: number; spelling: number }
  | { do: "say"; visit: number; withId: boolean; size: "short" | "long" }
  | {
      do: "whisper";
      visit: number;
      to: Name;
      withId: boolean;
      toUser: "anyone" | "owner" | "other";
    }
  | { do: "repeat"; visit: number; saying: number; isChanged: boolean }
  | { do: "talk"; visit: number; count: number }
  | { do: "page"; visit: number; before: boolean; at: number; limit: number }
  | DoingStep<Doing>
  | { do: "block" | "unblock"; visit: number; who: Person; byName: boolean }
  | { do: "writeAsTheyGo"; visit: number; other: number }
  | { do: "writeAsTheyCome"; visit: number; other: number }
  | { do: "takeUnheard"; visit: number; other: number }
  | { do: "writeThoughBlocked"; visit: number; other: number }
  | { do: "giveUp"; visit: number; other: number }
  | { do: "deliver" | "lose" | "timeOut" | "repeatCall"; flight: number }
  | { do: "settle" }
  | { do: "pass"; ms: number }
  | { do: "lag"; ms: number }
  | { do: "setBack"; ms: number }
  | {
      do: "sleep" | "kill" | "ring" | "loseAlarm" | "uncommitted";
      where: RoomName | Name;
    }
  | { do: "dieAfter"; where: RoomName | Name; effects: number }
  | { do: "overload"; where: RoomName | Name; ms: number }
  | { do: "import"; room: RoomName; events: number };

/** What a connection does, or what befalls it. */
type Doing =
  | "received"
  | "who"
  | "typing"
  | "ping"
  | "leave"
  | "register"
  | "release"
  | "rotate"
  | "drop"
  | "vanish"
  | "notice"
  | "ignoreClose";
type DoingStep<D> = D extends Doing ? { do: D; visit: number } : never;

/** What a run is like. */
export interface Scene {
  readonly seed: number;
  /** So many deaf connections listen in the lobby, which makes it busy. */
  readonly crowd: number;
  readonly settings: Partial<Settings>;
  /** Somebody comes for whom the host's app vouches. */
  readonly hasApp: boolean;
  readonly steps: readonly Step[];
}

const any = fc.nat(60);
const where = fc.constantFrom<(RoomName | Name)[]>(...ROOMS, ...NAMES);
const room = fc.constantFrom(...ROOMS);

function is<T extends Step["do"]>(what: T): fc.Arbitrary<T> {
  return fc.constant(what);
}

function doing<D extends Doing>(weight: number, what: D) {
  return { weight, arbitrary: fc.record({ do: is(what), visit: any }) };
}

/** What people do. */
const act = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  {
    weight: 9,
    arbitrary: fc.record({
      do: is("join"),
      person: fc.constantFrom<Person[]>(
        ...PEOPLE,
        "alice",
        "bob",
        "mallory",
        "mallory",
      ),
      device: fc.nat(2),
      room,
      spelling: fc.nat(1),
      history: fc.constantFrom(undefined, 0, 2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: is("rejoin"), visit: any, spelling: fc.nat(1) }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: is("say"),
      visit: any,
      withId: fc.constantFrom(true, true, true, false),
      size: fc.constantFrom("short", "short", "short", "long"),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: is("whisper"),
      visit: any,
      to: fc.constantFrom(...NAMES),
      withId: fc.constantFrom(true, true, true, false),
      toUser: fc.constantFrom("anyone", "anyone", "owner", "other"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: is("repeat"),
      visit: any,
      saying: any,
      isChanged: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("page"),
      visit: any,
      before: fc.boolean(),
      at: fc.nat(40),
      limit: fc.integer({ min: 1, max: 20 }),
    }),
  },
  doing(3, "received"),
  doing(1, "who"),
  doing(1, "typing"),
  doing(1, "ping"),
  doing(2, "leave"),
  doing(1, "register"),
  doing(1, "release"),
  doing(1, "rotate"),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("block", "block", "block", "unblock"),
      visit: any,
      who: fc.constantFrom(...PEOPLE),
      byName: fc.boolean(),
    }),
  },
  doing(3, "drop"),
  doing(1, "vanish"),
  doing(1, "notice"),
  doing(2, "ignoreClose"),
);

const ms = fc.constantFrom(0, 1, 10, 100, 1000, 5000, 20_000, 61_000, 100_000);

/** What a slow network does, and time. */
const delay = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 9, arbitrary: fc.record({ do: is("deliver"), flight: any }) },
  { weight: 4, arbitrary: fc.record({ do: is("settle") }) },
  { weight: 4, arbitrary: fc.record({ do: is("pass"), ms }) },
  { weight: 3, arbitrary: fc.record({ do: is("sleep"), where }) },
);

/** What a bad day does. */
const fault = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 3, arbitrary: fc.record({ do: is("lose"), flight: any }) },
  { weight: 2, arbitrary: fc.record({ do: is("timeOut"), flight: any }) },
  { weight: 2, arbitrary: fc.record({ do: is("repeatCall"), flight: any }) },
  { weight: 2, arbitrary: fc.record({ do: is("kill"), where }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is("dieAfter"),
      where,
      effects: fc.constantFrom(0, 0, 0, 1, 2, 3, 5),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: is("uncommitted"), where }) },
  { weight: 1, arbitrary: fc.record({ do: is("ring"), where }) },
  { weight: 1, arbitrary: fc.record({ do: is("loseAlarm"), where }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: is("setBack"),
      ms: fc.constantFrom(1000, 30_000, 300_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: is("lag"),
      ms: fc.constantFrom(0, 1000, 90_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: is("overload"),
      where,
      ms: fc.constantFrom(1000, 30_000, 300_000),
    }),
  },
);

/** What is to meet more often than by chance. */
const pointed = fc.oneof(
  fc.record({ do: is("writeAsTheyGo"), visit: any, other: any }),
  fc.record({ do: is("writeAsTheyCome"), visit: any, other: any }),
  fc.record({ do: is("takeUnheard"), visit: any, other: any }),
  fc.record({ do: is("writeThoughBlocked"), visit: any, other: any }),
  fc.record({ do: is("giveUp"), visit: any, other: any }),
);

/** Now and then. */
const seldom = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("talk"),
      visit: any,
      count: fc.constantFrom(5, 40, 260),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: is("import"), room, events: fc.nat(4) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: is("pass"), ms: fc.constant(26 * 3_600_000) }),
  },
);

/** Long, mostly: claims that last longer than it takes to come to rest. */
const DAYS = [24 * 3600, 24 * 3600, 30 * 3600];

/** Retention and claims from next to nothing to plenty. */
const settings: fc.Arbitrary<Partial<Settings>> = fc.record({
  ROOM_HISTORY: fc.constantFrom(3, 40, 10_000, 10_000),
  MAILBOX_MESSAGES: fc.constantFrom(2, 5, 1000, 1000),
  MAILBOX_DAYS: fc.constantFrom(1, 30),
  GUEST_CLAIM_SECONDS: fc.constantFrom(1, 20, 60, ...DAYS),
  PRESENCE_GRACE_MS: fc.constantFrom(0, 4000),
  USER_CONNECTIONS: fc.constantFrom(2, 20),
  RATE_PER_SECOND: fc.constant(0),
  TEXT_MAX: fc.constant(100_000),
  FRAME_MAX: fc.constant(1_048_576),
});

export type Options = Readonly<{ steps: number; faults: number }>;

/** Scenes of up to so many steps; a bad day has more faults. */
export function scenes({ steps, faults }: Options): fc.Arbitrary<Scene> {
  const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 40, arbitrary: act },
    { weight: 28, arbitrary: delay },
    { weight: faults, arbitrary: fault },
    { weight: 1, arbitrary: seldom },
    { weight: 3, arbitrary: pointed },
  );
  return fc.record({
    seed: fc.nat(),
    crowd: fc.constantFrom(0, 0, 0, 0, 60),
    settings,
    hasApp: fc.constantFrom(false, false, true),
    steps: fc.array(step, { maxLength: steps, size: "max" }),
  });
}
