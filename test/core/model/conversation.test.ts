// Conversations at random keep the promises, whatever is late, lost, repeated, asleep or killed.
import { test } from "vitest";
import { hunt } from "./hunt.ts";

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
