// Protocol examples: each example of the document is played against the server under test.
import { describe, expect, test } from "vitest";
import { CLIENT_SCHEMAS } from "../../src/protocol/client-frames.ts";
import { readProtocol } from "../protocol/support/protocol-pages.ts";
import { findExamples, play } from "./support/examples.ts";

const examples = readProtocol().flatMap(findExamples);

describe("an example of the protocol document happens as it is written", () => {
  test.for(
    examples.map(
      (example) =>
        [example.heading, example.page, example.line, example] as const,
    ),
  )("%s, %s, line %i", ([, , , example]) => play(example));
});

test("every frame that a client may send is shown in an example", () => {
  const script = examples
    .flatMap(({ steps }) => steps.map(({ text }) => text))
    .join("\n");
  for (const type of Object.keys(CLIENT_SCHEMAS))
    expect(script).toMatch(new RegExp(`> \\{"type":"${type}"`));
});
