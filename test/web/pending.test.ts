// Pending messages: a refused one stays where it was, and what is on its way is the last.
import { expect, test } from "vitest";
import { type Anchors, place } from "../../src/web/pending.ts";
import type { Shown } from "../../src/web/rows.ts";
import { pending, said } from "./shown.ts";

function failed(id: string, more: Partial<Shown> = {}): Shown {
  return { ...pending(id), state: "failed", ...more };
}

/** By key, in order. */
function placed(sent: Shown[], ones: Shown[], anchors: Anchors = new Map()) {
  const all = [...sent];
  for (const one of ones) place(all, one, anchors);
  return all.map(({ key }) => key);
}

test("others go on below what was refused", () => {
  const anchors: Anchors = new Map();
  const before = [said(1), said(2)];
  expect(placed(before, [pending("a")], anchors)).toEqual([
    "seq 1",
    "seq 2",
    "own a",
  ]);
  // Whatever the clock of this machine says.
  const late = failed("a", { at: said(900).at });
  expect(placed([...before, said(3)], [late], anchors)).toEqual([
    "seq 1",
    "seq 2",
    "own a",
    "seq 3",
  ]);
});

test("what was refused before a reload stands at its time", () => {
  const { at } = said(2);
  const sent = [said(1), said(2), said(3)];
  const two = [failed("a", { at }), failed("b", { at })];
  expect(placed(sent, two)).toEqual([
    "seq 1",
    "seq 2",
    "own a",
    "own b",
    "seq 3",
  ]);
});

test("what is older than all that is there stands first, and alone anyhow", () => {
  expect(placed([said(5)], [failed("a", { at: 0 })])).toEqual([
    "own a",
    "seq 5",
  ]);
  expect(placed([], [failed("a"), pending("b")])).toEqual(["own a", "own b"]);
});

test("what is sent again is on its way, behind what was refused later", () => {
  const anchors: Anchors = new Map([["a", 1]]);
  const sent = [said(1), said(2)];
  expect(placed(sent, [pending("a")], anchors).at(-1)).toBe("own a");
  expect(placed(sent, [failed("a")], anchors).at(-1)).toBe("own a");
});
