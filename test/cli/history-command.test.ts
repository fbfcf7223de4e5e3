// History command: a person reads older messages.
import { expect, test } from "vitest";
import { foldedPage, message } from "../client/support/test-client.ts";
import { begin } from "./support/typed-commands.ts";

test("older messages come although a page of them is empty", async () => {
  const { client, type, sent } = await begin();
  const older = type("/history 5");
  await sent();
  client.serverSends(foldedPage([], { from: 60, to: 90, more: true }));
  expect(await sent()).toMatchObject([{ before: 60, limit: 5 }]);
  client.serverSends(foldedPage([message(9)], { from: 9, to: 59, more: true }));
  expect(await older.shown).toEqual([
    "* 1 older message",
    "* 1970-01-01",
    expect.stringMatching(/#9 bob: text 9$/),
    "* end of the older messages",
  ]);
});
