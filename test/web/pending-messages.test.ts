// Pending messages: a refused message keeps its place, and a message that is being sent is the last.
import { expect, test } from "vitest";
import type { DisplayMessage } from "../../src/web/display-message.ts";
import {
  insertPending,
  type PendingAnchors,
} from "../../src/web/pending-messages.ts";
import { pendingMessage, sentMessage } from "./support/display-messages.ts";

function failed(
  id: string,
  more: Partial<DisplayMessage> = {},
): DisplayMessage {
  return { ...pendingMessage(id), state: "failed", ...more };
}

/** The keys, in order. */
function placed(
  sent: DisplayMessage[],
  ones: DisplayMessage[],
  anchors: PendingAnchors = new Map(),
) {
  const all = [...sent];
  for (const one of ones) insertPending(all, one, anchors);
  return all.map(({ key }) => key);
}

test("messages of others follow below a user's refused message", () => {
  const anchors: PendingAnchors = new Map();
  const before = [sentMessage(1), sentMessage(2)];
  expect(placed(before, [pendingMessage("a")], anchors)).toEqual([
    "seq 1",
    "seq 2",
    "own a",
  ]);
  // Even if the clock of this machine is wrong.
  const late = failed("a", { at: sentMessage(900).at });
  expect(placed([...before, sentMessage(3)], [late], anchors)).toEqual([
    "seq 1",
    "seq 2",
    "own a",
    "seq 3",
  ]);
});

test("a user's refused message stands at its time after a reload", () => {
  const { at } = sentMessage(2);
  const sent = [sentMessage(1), sentMessage(2), sentMessage(3)];
  const two = [failed("a", { at }), failed("b", { at })];
  expect(placed(sent, two)).toEqual([
    "seq 1",
    "seq 2",
    "own a",
    "own b",
    "seq 3",
  ]);
});

test("a user's refused message that is older than all others stands first", () => {
  expect(placed([sentMessage(5)], [failed("a", { at: 0 })])).toEqual([
    "own a",
    "seq 5",
  ]);
  expect(placed([], [failed("a"), pendingMessage("b")])).toEqual([
    "own a",
    "own b",
  ]);
});

test("a message that a user sends again is the last one", () => {
  const anchors: PendingAnchors = new Map([["a", 1]]);
  const sent = [sentMessage(1), sentMessage(2)];
  expect(placed(sent, [pendingMessage("a")], anchors).at(-1)).toBe("own a");
  expect(placed(sent, [failed("a")], anchors).at(-1)).toBe("own a");
});
