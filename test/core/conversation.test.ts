// Conversations at random keep the promises, whatever is late, lost, asleep or killed.
import fc from "fast-check";
import { test } from "vitest";
import { Conversation, ROOMS, type Step, USERS } from "./conversation.ts";

const user = fc.constantFrom(...USERS);
const room = fc.constantFrom(...ROOMS);
const number = fc.nat(50);

function step(calm: boolean): fc.Arbitrary<Step> {
  const of = <S extends Step>(weight: number, arbitrary: fc.Arbitrary<S>) => ({
    weight,
    arbitrary,
  });
  const act = fc.record({
    do: fc.constantFrom("leave" as const, "drop" as const),
    peer: number,
  });
  const speak = fc.record({ do: fc.constant("say" as const), peer: number });
  const whisper = fc.record({
    do: fc.constant("whisper" as const),
    peer: number,
    to: user,
  });
  return fc.oneof(
    of(
      4,
      fc.record({
        do: fc.constant("join" as const),
        user,
        room,
        resume: fc.boolean(),
      }),
    ),
    of(5, speak),
    of(5, whisper),
    of(
      2,
      fc.record({
        do: fc.constant("repeat" as const),
        peer: number,
        frame: number,
      }),
    ),
    of(1, fc.record({ do: fc.constant("received" as const), peer: number })),
    of(2, act),
    of(8, fc.record({ do: fc.constant("deliver" as const), flight: number })),
    of(3, fc.constant({ do: "settle" as const })),
    of(
      2,
      fc.record({
        do: fc.constant("pass" as const),
        ms: fc.constantFrom(0, 10, 100, 1000, 5000, 40_000),
      }),
    ),
    of(
      1,
      fc.record({
        do: fc.constant("sleep" as const),
        where: fc.oneof(room, user),
      }),
    ),
    of(
      calm ? 0 : 2,
      fc.record({ do: fc.constant("lose" as const), flight: number }),
    ),
    of(
      calm ? 0 : 1,
      fc.record({
        do: fc.constant("crash" as const),
        where: fc.oneof(room, user),
      }),
    ),
  );
}

function keepsThePromises(calm: boolean, numRuns: number): void {
  const steps = fc.array(step(calm), { maxLength: 80, size: "max" });
  fc.assert(
    fc.property(steps, fc.nat(), (given, seed) => {
      const conversation = new Conversation(seed);
      for (const one of given) conversation.run(one);
      conversation.check();
    }),
    { numRuns },
  );
}

test("on a network that is only slow", () => {
  keepsThePromises(true, 150);
});

test("on a network that loses calls, between objects that are killed", () => {
  keepsThePromises(false, 150);
});
