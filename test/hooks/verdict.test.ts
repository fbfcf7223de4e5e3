// Verdict: an app says yes or no with a value.
import { expect, test } from "vitest";
import { allow, deny } from "../../src/hooks/verdict.ts";

test("allow may change fields, and deny tells only what it is given", () => {
  expect(allow()).toEqual({ type: "allow", rewrites: {} });
  expect(allow({ text: "hi" })).toEqual({
    type: "allow",
    rewrites: { text: "hi" },
  });
  expect(deny("forbidden")).toStrictEqual({ type: "deny", code: "forbidden" });
  expect(deny("muted", "Later.", 500)).toStrictEqual({
    ...{ type: "deny", code: "muted", message: "Later.", retryAfter: 500 },
  });
});
