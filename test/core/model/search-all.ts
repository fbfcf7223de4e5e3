// Search all: a test searches a room for words, page after page, as a backend does.
import assert from "node:assert/strict";
import type { World } from "../support/world.ts";

/** A room begins so many searches a second. */
const WAIT_MS = 250;

/** @returns the seq and the text of each message found, ascending */
export function searchAll(
  world: World,
  text: string,
  limit: number,
): [seq: number, text: string][] {
  const found: [number, string][] = [];
  let before: number | undefined;
  for (;;) {
    world.pass(WAIT_MS);
    const page = world.askRoom("lobby", {
      ...({ type: "search", isServer: true, text, limit } as const),
      before,
    });
    if (page.type !== "results") throw new Error(JSON.stringify(page));
    const messages = page.lines.map((line) => JSON.parse(line));
    assert.ok(messages.length <= limit, "a page has at most `limit` messages");
    found.unshift(
      ...(messages.map(({ seq, text }) => [seq, text] as const) as [
        number,
        string,
      ][]),
    );
    const { from = 0 } = page;
    if (!page.more) return found;
    assert.ok(from < (before ?? Infinity), "each page goes on");
    before = from;
  }
}
