// Conversations at random keep the promises, whatever is late, lost, repeated, asleep or killed.
import assert from "node:assert/strict";
import { expect, test } from "vitest";
import { blaming, each } from "./blame.ts";
import { Conversation } from "./conversation.ts";
import { explain, hunt, play } from "./fuzz-runner.ts";
import { KEPT_SCENES } from "./kept-scenes.ts";

// The same scenes each time; `npm run soak` plays others, and for longer.
test("on a network that is only slow", () => {
  hunt({ runs: 200, faults: 0, steps: 50, seed: 1 });
}, 120_000);

test("on a bad day", () => {
  hunt({ runs: 500, faults: 12, steps: 50, seed: 2 });
}, 120_000);

test("on the worst day it had", () => {
  hunt({ runs: 300, faults: 40, steps: 50, seed: 3 });
}, 120_000);

test.each(Object.entries(KEPT_SCENES))("where %s", (_, scene) => {
  play(scene);
});

test("a failure says which promise broke, and of whom", () => {
  const conversation = new Conversation({
    ...{ seed: 1, crowd: 0, settings: {}, hasApp: false, steps: [] },
  });
  conversation.run({
    ...{ do: "join", person: "bob", device: 0, room: "lobby" },
    ...{ spelling: 0, history: undefined },
  });
  let broken: unknown;
  try {
    blaming(() => {
      for (const visit of each(conversation.visits))
        assert.equal(visit.privates.length, 1, "5: each once");
    });
  } catch (cause) {
    broken = cause;
  }
  const told = explain(new Error("the scene", { cause: broken }));
  expect(told).toMatch(/^the scene\n\nBroken: 5: each once/);
  expect(told).toContain("\nOf bob's phone in lobby, as bob.\n    at ");
});
