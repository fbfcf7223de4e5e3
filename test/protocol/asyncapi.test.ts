// AsyncAPI tests: the published document is as the schemas say, and the official parser finds no fault in it.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";
import { expect, test } from "vitest";
import { CLIENT_SCHEMAS } from "../../src/protocol/client-frames.ts";
import { EVENT_NAMES } from "../../src/protocol/events.ts";
import { SERVER_SCHEMAS } from "../conformance/support/frames.ts";
import { asyncApiText } from "../tools/generate-asyncapi.ts";

const text = readFileSync(
  new URL("../../docs/protocol/asyncapi.json", import.meta.url),
  "utf8",
);

test("a reader of the AsyncAPI document finds what the schemas say", () => {
  expect(text).toBe(asyncApiText());
});

test("the official parser of AsyncAPI accepts the document, with a message for each frame and for each webhook", async () => {
  const { document, diagnostics } = await new Parser().parse(text);
  expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
  const ids = document?.allMessages().map((message) => message.id());
  expect(new Set(ids)).toEqual(
    new Set([
      ...Object.keys(CLIENT_SCHEMAS).map((type) => `client.${type}`),
      ...Object.keys(SERVER_SCHEMAS).map((type) => `server.${type}`),
      ...["webhook.batch", "webhook.command"],
    ]),
  );
  for (const name of Object.values(EVENT_NAMES)) expect(text).toContain(name);
});

test("the official parser of AsyncAPI refuses a document that is wrong", async () => {
  const wrong = { ...JSON.parse(text), channels: { room: { messages: 7 } } };
  const { diagnostics } = await new Parser().parse(JSON.stringify(wrong));
  expect(diagnostics.some(({ severity }) => severity === 0)).toBe(true);
});
