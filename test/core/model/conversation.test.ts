// Model tests: random conversations keep all promises while calls, objects and connections are late, lost, repeated or killed.
import assert from "node:assert/strict";
import { expect, test } from "vitest";
import { blaming, each } from "./blame.ts";
import { Conversation } from "./conversation.ts";
import { describeFailure, fuzz, playScene } from "./fuzz-runner.ts";
import { KEPT_SCENES } from "./kept-scenes.ts";

// These scenes are the same each time; `npm run soak` plays others for longer.
test("users' conversations keep all promises on a slow network", () => {
  fuzz({ runs: 200, faults: 0, steps: 50, seed: 1 });
}, 300_000);

test("users' conversations keep all promises with some faults", () => {
  fuzz({ runs: 500, faults: 12, steps: 50, seed: 2 });
}, 300_000);

test("users' conversations keep all promises with many faults", () => {
  fuzz({ runs: 300, faults: 40, steps: 50, seed: 3 });
}, 300_000);

test.each(Object.entries(KEPT_SCENES))("promises hold when %s", (_, scene) => {
  playScene(scene);
});

test("a failure of the model names the broken promise and the user", () => {
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
      for (const session of each(conversation.sessions))
        assert.equal(session.privates.length, 1, "5: each once");
    });
  } catch (cause) {
    broken = cause;
  }
  const told = describeFailure(new Error("the scene", { cause: broken }));
  expect(told).toMatch(/^the scene\n\nBroken: 5: each once/);
  expect(told).toContain("\nOf bob's phone in lobby, as bob.\n    at ");
});
