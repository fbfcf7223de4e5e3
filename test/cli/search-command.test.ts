// Search command: a person searches the room by words in the terminal.
import { expect, test } from "vitest";
import { message } from "../client/support/test-client.ts";
import { begin } from "./support/typed-commands.ts";

const page = { type: "results", text: "fox", epoch: "epoch-1", asOf: 2 };

test("a person sees what was found, and the command for older messages", async () => {
  const { client, type, sent } = await begin();
  const found = type("/search red fox");
  expect(await sent()).toEqual([{ type: "search", text: "red fox" }]);
  const messages = [message(9, { text: "the red fox" })];
  client.serverSends({ ...page, messages, from: 9, to: 90, more: true });
  expect(await found.shown).toEqual([
    "* 1970-01-01",
    expect.stringMatching(/#9 bob: the red fox$/),
    "* older messages: /search #9 red fox",
  ]);
  const older = type("/search #9 red fox");
  await client.environment.advance(2000);
  expect(await sent()).toMatchObject([{ text: "red fox", before: 9 }]);
  client.serverSends({ ...page, messages: [], from: 1, to: 8, more: false });
  expect(await older.shown).toEqual(["* nothing found"]);
});

test("a person who writes no words is told how", async () => {
  const { type } = await begin();
  for (const line of ["/search", "/search #12", "/search #12, fox"])
    expect(await type(line).shown).toEqual([
      expect.stringContaining("Write: /search [#12] words"),
    ]);
});
