// Backend model: an app's server publishes, edits and gets webhooks at random, over crashes, sleeps, retention and receivers that fail.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test, vi } from "vitest";
import { BackendScene, type BackendStep } from "./backend-scene.ts";

const of = fc.nat(30);
const plain = <T extends BackendStep["do"]>(...words: T[]) =>
  fc.record({ do: fc.constantFrom(...words) });

const step = fc.oneof<fc.WeightedArbitrary<BackendStep>[]>(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("publish" as const),
      count: fc.constantFrom(1, 1, 1, 2, 7, 40),
      twice: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("edit", "edit", "delete", "react", "react"),
      of,
    }),
  },
  { weight: 2, arbitrary: plain("hook") },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("say" as const),
      count: fc.constantFrom(1, 1, 120),
    }),
  },
  { weight: 3, arbitrary: plain("again") },
  { weight: 2, arbitrary: plain("loseCall") },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      isDone: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("replay" as const),
      from: fc.integer({ min: 1, max: 80 }),
    }),
  },
  {
    weight: 6,
    arbitrary: plain("crash", "kill", "sleep", "uncommitted"),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("dieAfter" as const),
      effects: fc.constantFrom(0, 1, 2, 3),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(10, 1000, 6000, 61_000, 400_000),
    }),
  },
);

test("a backend's messages are stored once, and its webhooks bring each event at least once, in order", async () => {
  // Requests that fail are logged.
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  const scene = fc.record({
    history: fc.constantFrom(6, 60, 10_000),
    seed: fc.nat(),
    steps: fc.array(step, { maxLength: 40, size: "max" }),
  });
  const totals = { published: 0, again: 0, changes: 0, replays: 0 };
  await fc.assert(
    fc.asyncProperty(scene, async ({ history, seed, steps }) => {
      const played = new BackendScene(history, seed);
      for (const one of steps) await played.run(one);
      played.expectKept();
      for (const name of ["published", "again", "changes", "replays"] as const)
        totals[name] += played.figures[name];
    }),
    {
      numRuns: 60,
      seed: 21,
    },
  );
  // The scenes do what they are for.
  for (const [name, count] of Object.entries(totals))
    assert.ok(count > 30, `only ${count} ${name}`);
  vi.restoreAllMocks();
}, 120_000);
