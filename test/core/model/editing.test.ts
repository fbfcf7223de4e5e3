// Editing model: users edit, delete and pin at random over crashes, sleeps, retention and imports, and a deleted text is nowhere.
import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EditingScene, type EditingStep } from "./editing-scene.ts";

const index = fc.nat(30);
const who = fc.constantFrom("alice" as const, "bob" as const);

const step = fc.oneof<fc.WeightedArbitrary<EditingStep>[]>(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("say" as const), who }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("edit" as const), who, of: index }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("delete" as const),
      who,
      of: index,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pin" as const),
      who,
      of: index,
      on: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("topic" as const), who }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("purge" as const),
      seconds: fc.constantFrom(1, 5, 12, 3600),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("drop" as const), who }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...(["repeat", "crash", "sleep", "export", "import"] as const),
      ),
    }),
  },
);

test("users come to the same end whatever happens, and what was deleted is nowhere", () => {
  const scene = fc.record({
    history: fc.constantFrom(4, 12, 10_000),
    steps: fc.array(step, { maxLength: 60, size: "max" }),
  });
  let [edits, deletions, purged, found] = [0, 0, 0, 0];
  fc.assert(
    fc.property(scene, ({ history, steps }) => {
      const played = new EditingScene(history);
      for (const one of steps) {
        played.run(one);
        played.expectSameEnd();
      }
      played.expectGone();
      edits += played.edits;
      deletions += played.deletions;
      purged += played.purged;
      found += played.found;
    }),
    { numRuns: 100 },
  );
  // The scenes do what they are for.
  assert.ok(edits > 100, `only ${edits} edits`);
  expect(deletions).toBeGreaterThan(50);
  expect(purged).toBeGreaterThan(50);
  expect(found).toBeGreaterThan(1000);
});
