// The protocol's README: every example in it is played against the server under test.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CLIENT_SCHEMAS } from "../../src/protocol/messages.ts";
import { findExamples, play } from "./script.ts";

const readme = new URL("../../src/protocol/README.md", import.meta.url);
const examples = findExamples(readFileSync(readme, "utf8"));

describe("an example of the README happens as it is written", () => {
  test.for(
    examples.map(
      (example) => [example.heading, example.line, example] as const,
    ),
  )("%s, line %i", ([, , example]) => play(example));
});

test("every frame that a client may send is shown in an example", () => {
  const script = examples
    .flatMap(({ steps }) => steps.map(({ text }) => text))
    .join("\n");
  for (const type of Object.keys(CLIENT_SCHEMAS))
    expect(script).toMatch(new RegExp(`> \\{"type":"${type}"`));
});
