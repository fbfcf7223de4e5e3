// Model of reading: markers and lists of rooms stay right over crashes, sleeps, claims that change hands, and rooms that shut.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ReadingScene, type ReadingStep, ROOMS } from "./reading-scene.ts";

const RUNS = Number(process.env.RUNS ?? 30);

const room = fc.constantFrom(...ROOMS);
const device = fc.constantFrom(0 as const, 1 as const);
const step: fc.Arbitrary<ReadingStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ kind: fc.constant("say" as const), room },
      own: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ kind: fc.constant("read" as const), room, device },
      back: fc.nat(3),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("join" as const, "join", "leave", "drop"),
      ...{ room, device },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.constantFrom(100, 2000, 20_000, 40_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("sleep" as const, "sleep", "crash"),
      room,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        ...(["list", "list", "crash names"] as const),
        ...(["hand over", "shut", "open"] as const),
      ),
    }),
  },
);

test("a user's markers and lists are right whatever happens", () => {
  let [lists, figures, handovers, refusals] = [0, 0, 0, 0];
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50, size: "max" }), (steps) => {
      const scene = new ReadingScene();
      for (const one of steps) scene.play(one);
      scene.end();
      lists += scene.lists;
      figures += scene.figures;
      handovers += scene.handovers;
      refusals += scene.refusals;
    }),
    { numRuns: RUNS },
  );
  expect(lists).toBeGreaterThan(RUNS);
  expect(figures).toBeGreaterThan(RUNS);
  expect(handovers).toBeGreaterThan(0);
  expect(refusals).toBeGreaterThan(0);
});
