// Conversations at random keep the promises, whatever is late, lost, asleep or killed.
import fc from "fast-check";
import { test } from "vitest";
import { Conversation, ROOMS, type Step, USERS } from "./conversation.ts";
import { expectPromisesKept } from "./promises.ts";

const user = fc.constantFrom(...USERS);
const room = fc.constantFrom(...ROOMS);
const where = fc.oneof(room, user);
/** Picks among what there is at the time. */
const any = fc.nat(50);

/** What people do. */
const act = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  {
    weight: 4,
    arbitrary: fc.record({ do: is("join"), user, room, resume: fc.boolean() }),
  },
  { weight: 5, arbitrary: fc.record({ do: is("say"), peer: any }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: is("whisper"), peer: any, to: user }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: is("repeat"), peer: any, frame: any }),
  },
  { weight: 1, arbitrary: fc.record({ do: is("received"), peer: any }) },
  { weight: 1, arbitrary: fc.record({ do: is("leave"), peer: any }) },
  { weight: 1, arbitrary: fc.record({ do: is("drop"), peer: any }) },
);

/** What a slow network does, and time. */
const ms = fc.constantFrom(0, 10, 100, 1000, 5000, 40_000);
const delay = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 8, arbitrary: fc.record({ do: is("deliver"), flight: any }) },
  { weight: 3, arbitrary: fc.record({ do: is("settle") }) },
  { weight: 2, arbitrary: fc.record({ do: is("pass"), ms }) },
  { weight: 1, arbitrary: fc.record({ do: is("sleep"), where }) },
);

/** What a bad day does. */
const fault = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  { weight: 2, arbitrary: fc.record({ do: is("lose"), flight: any }) },
  { weight: 1, arbitrary: fc.record({ do: is("crash"), where }) },
);

function is<T extends Step["do"]>(what: T): fc.Arbitrary<T> {
  return fc.constant(what);
}

/** Runs so many conversations of up to 80 steps. */
function converse(
  runs: number,
  { faults = 0, crowd = 0 }: { faults?: number; crowd?: number },
): void {
  const step = fc.oneof(
    { weight: 19, arbitrary: act },
    { weight: 14, arbitrary: delay },
    { weight: faults, arbitrary: fault },
  );
  const steps = fc.array(step, { maxLength: 80, size: "max" });
  fc.assert(
    fc.property(steps, fc.nat(), (given, seed) => {
      const conversation = new Conversation(seed, crowd);
      for (const one of given) conversation.run(one);
      expectPromisesKept(conversation);
    }),
    { numRuns: runs },
  );
}

test("on a network that is only slow", () => {
  converse(60, {});
});

test("on a network that loses calls, between objects that are killed", () => {
  converse(60, { faults: 3 });
});

test("in a room so busy that messages wait for their flush", () => {
  converse(6, { faults: 1, crowd: 100 });
});
