// Steps: fast-check generates scenes of random steps: actions of users, delays of a slow network, and faults.
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
import { COMMAND_NAMES, type CommandName } from "./command-oracle.ts";
import type { ReactionStep } from "./reaction-steps.ts";
import { sceneSettings } from "./scene-settings.ts";

/** A step of a scene. Numbers choose among the sessions, calls and so on of that time. */
export type Step =
  | {
      do: "join";
      person: Person;
      device: number;
      room: RoomName;
      spelling: number;
      history: number | undefined;
      /** The app knows its user by the request, so the join has no token. */
      byRequest?: boolean;
    }
  | {
      do: "denied";
      room: RoomName;
      /** The app's answer about the request. */
      code: (typeof DENIALS)[number];
      inUrl: boolean;
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
  | ReactionStep
  | { do: "repeat"; visit: number; saying: number; isChanged: boolean }
  | { do: "command"; visit: number; name: CommandName; withId: boolean }
  | { do: "repeatCommand"; visit: number; command: number }
  | { do: "burst"; visit: number; question: number }
  | { do: "talk"; visit: number; count: number }
  | { do: "page"; visit: number; before: boolean; at: number; limit: number }
  | ConnectionStep<ConnectionAction>
  | { do: "block" | "unblock"; visit: number; who: Person; byName: boolean }
  | { do: "writeAsTheyGo"; visit: number; other: number }
  | { do: "writeAsTheyCome"; visit: number; other: number }
  | { do: "takeUnheard"; visit: number; other: number }
  | { do: "writeThoughBlocked"; visit: number; other: number }
  | { do: "giveUp"; visit: number; other: number }
  | { do: "deliver" | "lose" | "timeOut" | "repeatCall"; flight: number }
  | { do: "settle" }
  | { do: "letIn" }
  | { do: "decide"; question: number }
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

/** Actions of a connection, and faults of it. */
type ConnectionAction =
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
type ConnectionStep<D> = D extends ConnectionAction
  ? { do: D; visit: number }
  : never;

/** The app denies a request, or its hook is late, or has failed. */
const DENIALS = ["banned", "unavailable", "internal"] as const;

/** A world with its settings, and the steps to play. */
export interface Scene {
  readonly seed: number;
  /** How many connections listen in the lobby, which makes it busy. */
  readonly crowd: number;
  readonly settings: Partial<Settings>;
  /** The scene has a user of the app. */
  readonly hasApp: boolean;
  /** The app has hooks, which decide at random. */
  readonly hasHooks?: boolean;
  /** The app hears of stored events, and fails, hangs or is late at random. */
  readonly hearsEvents?: boolean;
  readonly steps: readonly Step[];
}

const index = fc.nat(60);
const where = fc.constantFrom<(RoomName | Name)[]>(...ROOMS, ...NAMES);
const room = fc.constantFrom(...ROOMS);

function is<T extends Step["do"]>(what: T): fc.Arbitrary<T> {
  return fc.constant(what);
}

function connectionStep<D extends ConnectionAction>(weight: number, what: D) {
  return { weight, arbitrary: fc.record({ do: is(what), visit: index }) };
}

/** Actions of users. */
const userStep = fc.oneof<fc.WeightedArbitrary<Step>[]>(
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
      byRequest: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: is("denied"),
      room,
      code: fc.constantFrom(...DENIALS),
      inUrl: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: is("rejoin"),
      visit: index,
      spelling: fc.nat(1),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: is("say"),
      visit: index,
      withId: fc.constantFrom(true, true, true, false),
      size: fc.constantFrom("short", "short", "short", "long"),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: is("whisper"),
      visit: index,
      to: fc.constantFrom(...NAMES),
      withId: fc.constantFrom(true, true, true, false),
      toUser: fc.constantFrom("anyone", "anyone", "owner", "other"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is("answer"),
      visit: index,
      of: index,
      inThread: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: is("react"),
      visit: index,
      of: fc.constantFrom(0, 0, 0, 1, 2, 7),
      emoji: fc.nat(2),
      on: fc.constantFrom(true, true, false),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: is("clap"),
      visit: index,
      of: fc.constantFrom(0, 0, 0, 1),
      on: fc.constantFrom(true, true, true, false),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: is("repeat"),
      visit: index,
      saying: index,
      isChanged: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: is("command"),
      visit: index,
      name: fc.constantFrom(...COMMAND_NAMES, "roll", "roll"),
      withId: fc.constantFrom(true, true, true, false),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("repeatCommand"),
      visit: index,
      command: index,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: is("burst"), visit: index, question: index }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("page"),
      visit: index,
      before: fc.boolean(),
      at: fc.nat(40),
      limit: fc.integer({ min: 1, max: 20 }),
    }),
  },
  connectionStep(3, "received"),
  connectionStep(1, "who"),
  connectionStep(1, "typing"),
  connectionStep(1, "ping"),
  connectionStep(2, "leave"),
  connectionStep(1, "register"),
  connectionStep(1, "release"),
  connectionStep(1, "rotate"),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("block", "block", "block", "unblock"),
      visit: index,
      who: fc.constantFrom(...PEOPLE),
      byName: fc.boolean(),
    }),
  },
  connectionStep(3, "drop"),
  connectionStep(1, "vanish"),
  connectionStep(1, "notice"),
  connectionStep(2, "ignoreClose"),
);

const ms = fc.constantFrom(0, 1, 10, 100, 1000, 5000, 20_000, 61_000, 100_000);

/** Delays of a slow network, and the passing of time. */
const delayStep = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 9, arbitrary: fc.record({ do: is("deliver"), flight: index }) },
  { weight: 4, arbitrary: fc.record({ do: is("settle") }) },
  { weight: 1, arbitrary: fc.record({ do: is("letIn") }) },
  { weight: 5, arbitrary: fc.record({ do: is("decide"), question: index }) },
  { weight: 4, arbitrary: fc.record({ do: is("pass"), ms }) },
  { weight: 3, arbitrary: fc.record({ do: is("sleep"), where }) },
);

/** Faults. */
const faultStep = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 3, arbitrary: fc.record({ do: is("lose"), flight: index }) },
  { weight: 2, arbitrary: fc.record({ do: is("timeOut"), flight: index }) },
  { weight: 2, arbitrary: fc.record({ do: is("repeatCall"), flight: index }) },
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

/** Scenarios of several events that seldom meet by chance. */
const directedStep = fc.oneof(
  fc.record({ do: is("writeAsTheyGo"), visit: index, other: index }),
  fc.record({ do: is("writeAsTheyCome"), visit: index, other: index }),
  fc.record({ do: is("takeUnheard"), visit: index, other: index }),
  fc.record({ do: is("writeThoughBlocked"), visit: index, other: index }),
  fc.record({ do: is("giveUp"), visit: index, other: index }),
);

/** Rare steps. */
const rareStep = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  {
    weight: 2,
    arbitrary: fc.record({
      do: is("talk"),
      visit: index,
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

/** Users who are in a room from the beginning. Nothing else lets many in where the app decides late. */
const arrival = fc
  .array(
    fc.record({
      do: is("join"),
      person: fc.constantFrom<Person[]>("alice", "alice", "bob", "ursula"),
      device: fc.nat(2),
      room: fc.constantFrom<RoomName[]>("lobby", "lobby", "kitchen"),
      spelling: fc.constant(0),
      history: fc.constant(undefined),
    }),
    { minLength: 2, maxLength: 5, size: "max" },
  )
  .map((joins): Step[] => [...joins, { do: "letIn" }]);

export type SceneOptions = Readonly<{ steps: number; faults: number }>;

/** @param faults weight of faults; @returns scenes of up to `steps` steps */
export function scenes({ steps, faults }: SceneOptions): fc.Arbitrary<Scene> {
  const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 40, arbitrary: userStep },
    { weight: 28, arbitrary: delayStep },
    { weight: faults, arbitrary: faultStep },
    { weight: 1, arbitrary: rareStep },
    { weight: 3, arbitrary: directedStep },
  );
  return fc.record({
    seed: fc.nat(),
    crowd: fc.constantFrom(0, 0, 0, 0, 60),
    settings: sceneSettings,
    hasApp: fc.constantFrom(false, false, true),
    hasHooks: fc.constantFrom(false, false, true),
    hearsEvents: fc.constantFrom(false, true),
    steps: fc
      .tuple(
        fc.oneof(fc.constant([]), arrival),
        fc.array(step, { maxLength: steps, size: "max" }),
      )
      .map((parts) => parts.flat()),
  });
}
