// Access steps: random acts, joins, secrets, faults and clocks, for scenes of a room whose access changes.
import fc from "fast-check";
import { ACCESS_LEVELS } from "../../../../src/protocol/access-levels.ts";
import { PEOPLE, type Person } from "./access-oracle.ts";
import type { ClockStep } from "./clock-step.ts";

const CODES = ["a", "b", "c"].map((letter) => letter.repeat(22));

export type By = "operator" | "alice" | "mia" | "bob";
export type Step =
  | { do: "access"; by: By; access: (typeof ACCESS_LEVELS)[number] }
  | { do: "invite"; by: By; code: string; uses: number; seconds: number }
  | { do: "uninvite"; by: By; code: string | null }
  | {
      do: "member" | "unmember" | "ban" | "unban" | "op" | "deop";
      by: By;
      on: Person;
    }
  | { do: "join"; who: Person; code: string | null; isOld: boolean }
  | { do: "leave" | "say" | "register" | "release" | "rotate"; who: Person }
  | { do: "read"; who: Person; isOld: boolean }
  | { do: "sleep" | "crash" | "look" }
  | ClockStep;

const by = fc.constantFrom<By>("operator", "operator", "alice", "mia", "bob");
const who = fc.constantFrom(...PEOPLE);
const code = fc.constantFrom(...CODES, null);
const is = <const Do>(name: Do) => fc.constant(name);
export const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        ...{ do: is("access"), by, access: fc.constantFrom(...ACCESS_LEVELS) },
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        ...{ do: is("invite"), by, code: fc.constantFrom(...CODES) },
        uses: fc.constantFrom(1, 1, 2, 5),
        seconds: fc.constantFrom(1, 60, 3600),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: is("uninvite"), by, code }) },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constantFrom(
          ...(["member", "unmember", "ban", "unban", "op", "deop"] as const),
        ),
        ...{ by, on: who },
      }),
    },
    {
      weight: 9,
      arbitrary: fc.record({
        ...{ do: is("join"), who, code },
        isOld: fc.constantFrom(false, false, false, true),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constantFrom(
          ...(["leave", "say", "register", "release", "rotate"] as const),
        ),
        who,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: is("read"), who, isOld: fc.boolean() }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom(...(["sleep", "crash", "look"] as const)),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: is("edge"), isBefore: fc.boolean() }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom(...(["pass", "back"] as const)),
        ms: fc.integer({ min: 0, max: 100_000 }),
      }),
    },
  ),
  { minLength: 5, maxLength: 60, size: "max" },
) satisfies fc.Arbitrary<Step[]>;
