// Schema option tests: an app gives synchronous schemas for its data, and is told of others with a reason.
import * as v from "valibot";
import { expect, test } from "vitest";
import { readSchemas } from "../../src/hooks/schemas.ts";
import { SettingsError } from "../../src/protocol/settings.ts";

test("an app's synchronous schemas are taken", () => {
  const schemas = { message: v.string(), user: v.object({ plan: v.string() }) };
  expect(readSchemas({ schemas })).toBe(schemas);
  expect(readSchemas({})).toEqual({});
});

test.each(["message", "user"])(
  "an app is told that its schema for the data of a %s must be synchronous",
  (kind) => {
    const schema = v.pipeAsync(
      v.string(),
      v.checkAsync(async () => true),
    );
    const read = () => readSchemas({ schemas: { [kind]: schema } });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(`schemas.${kind}: a synchronous schema`);
  },
);
