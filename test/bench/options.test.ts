// Options of the benchmark: a short run stores nothing, and a comparison is a short run.
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readOptions } from "./options.ts";

test("a whole run has five rounds and stores its figures", () => {
  expect(readOptions([])).toMatchObject({
    ...{ rounds: 5, isQuick: false, isStored: true },
    ...{ only: [], servers: [], against: undefined },
  });
});

test("a comparison is short, and knows the other checkout by its whole path", () => {
  expect(readOptions(["--compare", "../other", "--only", "rooms"])).toEqual(
    expect.objectContaining({
      ...{ rounds: 1, isQuick: true, isCompared: true, isStored: false },
      ...{ only: ["rooms"], against: resolve("../other") },
    }),
  );
});

test.for([["--quick"], ["--dry"], ["--loaded"]])(
  "%s stores nothing",
  (args) => {
    expect(readOptions(args)?.isStored).toBe(false);
  },
);

test("rounds can be more in a short run too", () => {
  expect(readOptions(["--quick", "--rounds", "3"])?.rounds).toBe(3);
});

test("an option that is not known is refused", () => {
  expect(() => readOptions(["--fast"])).toThrow("--fast");
});
