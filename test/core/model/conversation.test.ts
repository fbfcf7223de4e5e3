// Conversations at random keep the promises, whatever is late, lost, repeated, asleep or killed.
import { test } from "vitest";
import { hunt } from "./hunt.ts";

test("on a network that is only slow", () => {
  hunt({ runs: 200, faults: 0 });
});

test("on a bad day", () => {
  hunt({ runs: 500, faults: 12 });
});

test("on the worst day it had", () => {
  hunt({ runs: 300, faults: 40 });
});
