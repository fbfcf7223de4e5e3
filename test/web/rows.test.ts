// What stands between the messages of a conversation: days, gaps, what is new, who came and went.
import { describe, expect, test } from "vitest";
import { type Mark, type Row, rowsOf, type Shown } from "../../src/web/rows.ts";
import { noon, pending, said } from "./shown.ts";

function rows(
  messages: readonly Shown[],
  marks: readonly Mark[] = [],
  more: { readTo?: number; isWhole?: boolean; isPrivate?: boolean } = {},
): Row[] {
  const { readTo = null, isWhole = true, isPrivate = false } = more;
  const all = rowsOf({ messages, marks, readTo, isWhole, isPrivate });
  return all.filter(({ kind }) => kind !== "start");
}

const kinds = (all: readonly Row[]) => all.map(({ kind }) => kind);

test("each day begins with its date", () => {
  const all = rows([
    said(1, { at: noon(1) }),
    said(2, { at: noon(1) }),
    said(3, { at: noon(2) }),
  ]);
  expect(kinds(all)).toEqual(["day", "message", "message", "day", "message"]);
});

test("what one person says at once has their name once", () => {
  const all = rows([
    said(1),
    said(2),
    said(3, { user: "id-of-bob", username: "bob" }),
    said(4, { at: noon(1, 4) }),
    said(5, { at: noon(1, 30) }),
  ]);
  const heads = all.filter((row) => row.kind === "message" && row.isHead);
  expect(heads.map(({ key }) => key)).toEqual([
    "seq 1",
    "seq 3",
    "seq 4",
    "seq 5",
  ]);
});

test("a gap stands before the first message after it", () => {
  const all = rows([said(4), said(9)], [{ kind: "gap", before: 9 }]);
  expect(kinds(all)).toEqual(["day", "message", "gap", "message"]);
});

test("a reset history begins by saying so", () => {
  const all = rows([said(1)], [{ kind: "reset", before: 1 }]);
  expect(kinds(all)).toEqual(["reset", "day", "message"]);
});

test("a gap at the end is seen before anything follows it", () => {
  const all = rows([said(4)], [{ kind: "gap", before: 9 }]);
  expect(kinds(all)).toEqual(["day", "message", "gap"]);
});

test("who came and who left between two messages is one row", () => {
  const all = rows(
    [said(1), said(2)],
    [
      { kind: "joined", before: 1.5, username: "bob" },
      { kind: "left", before: 1.5, username: "carol" },
      { kind: "joined", before: 1.5, username: "dave" },
      { kind: "left", before: 1.5, username: "dave" },
    ],
  );
  expect(all[2]).toMatchObject({
    kind: "presence",
    joined: ["bob"],
    left: ["carol"],
  });
});

test("the first unread one of somebody else has a line before it", () => {
  const own = said(3, { mine: true });
  const all = rows([said(1), said(2), own, said(4), said(5)], [], {
    readTo: 2,
  });
  const at = kinds(all).indexOf("new");
  expect(all[at + 1]).toMatchObject({ key: "seq 4" });
  expect(kinds(all).filter((kind) => kind === "new")).toHaveLength(1);
});

test("where everything was read there is no such line", () => {
  expect(kinds(rows([said(1)], [], { readTo: 1 }))).not.toContain("new");
});

test("what is pending stands at the end, behind every mark", () => {
  const all = rows(
    [said(1), pending("a"), pending("b")],
    [{ kind: "joined", before: 1.5, username: "bob" }],
  );
  expect(all.map(({ key }) => key).slice(-3)).toEqual([
    "presence 1.5",
    "own a",
    "own b",
  ]);
});

test("a row keeps its key when what was pending has been sent", () => {
  const before = rows([said(1), pending("a")]);
  const sent = said(2, { key: "own a", mine: true });
  const after = rows([said(1), sent]);
  expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
});

test("another person of the same name is announced, in private", () => {
  const messages = [said(1), said(2), said(3, { user: "another" })];
  expect(kinds(rows(messages, [], { isPrivate: true }))).toEqual([
    "day",
    "message",
    "message",
    "holder",
    "message",
  ]);
  expect(kinds(rows(messages))).not.toContain("holder");
});

test("a whole conversation says that nothing was before", () => {
  const parts = { messages: [said(1)], marks: [], readTo: null };
  const whole = rowsOf({ ...parts, isWhole: true, isPrivate: false });
  expect(kinds(whole)[0]).toBe("start");
});

test("what is at the top stays a row when older ones come before it", () => {
  const newer = [said(5), said(6)];
  const older = [said(3), said(4), ...newer];
  const before = rows(newer, [], { isWhole: false });
  const after = rows(older, [], { isWhole: false });
  const keys = (all: readonly Row[]) => all.map(({ key }) => key);
  expect(keys(after).slice(-before.length)).toEqual(keys(before));
});

test("every row has a key of its own", () => {
  const messages = Array.from({ length: 300 }, (_, index) =>
    said(index + 1, { at: noon(1, index * 60) }),
  );
  const marks = [5, 90, 200].map(
    (before) => ({ kind: "gap", before }) as const,
  );
  const keys = rows(messages, marks, { readTo: 7 }).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test("what blocked people say is one row, until one wants to see it", () => {
  const mallory = { user: "id-of-mallory", username: "mallory" };
  const messages = [said(1), said(2, mallory), said(3, mallory), said(4)];
  const parts = { marks: [], readTo: 1, isWhole: true, isPrivate: false };
  const blocked = new Set(["id-of-mallory"]);
  const folded = rowsOf({ ...parts, messages, blocked });
  expect(kinds(folded)).toEqual([
    "start",
    "day",
    "message",
    "folded",
    "new",
    "message",
  ]);
  const row = folded.find(({ kind }) => kind === "folded");
  expect(row).toMatchObject({ count: 2 });
  const unfolded = new Set([row?.key ?? ""]);
  const all = rowsOf({ ...parts, messages, blocked, unfolded });
  expect(all.filter(({ kind }) => kind === "message")).toHaveLength(4);
});

test("times that no date has are of one unknown day", () => {
  const messages = [
    said(1),
    said(2, { at: 9e15 }),
    said(3, { at: 9e15 + 1 }),
    said(4, { at: Number.NaN }),
    said(5),
  ];
  const days = rowsOf({
    ...{ messages, marks: [], readTo: null, isWhole: true, isPrivate: false },
  }).filter(({ kind }) => kind === "day");
  expect(days.map(({ key }) => key)).toEqual([
    "day seq 1",
    "day seq 2",
    "day seq 5",
  ]);
});

describe("a long run of one person", () => {
  const heads = (from: number, to: number) =>
    rowsOf({
      messages: Array.from({ length: to - from + 1 }, (_, n) =>
        said(from + n, { at: noon(1) }),
      ),
      ...{ marks: [], readTo: null, isWhole: false, isPrivate: false },
    }).flatMap((row) =>
      row.kind === "message" && row.isHead ? [row.message.place] : [],
    );

  test("says again whose it is after a few", () => {
    expect(heads(1, 30)).toEqual([1, 8, 16, 24]);
  });

  test("says it at the same ones when older ones come before them", () => {
    expect(heads(15, 40)).toEqual([15, 24, 32, 40]);
    expect(heads(9, 40)).toEqual([9, 16, 24, 32, 40]);
  });

  test("is not interrupted where it is one's own", () => {
    const messages = Array.from({ length: 30 }, (_, n) =>
      said(n + 1, { at: noon(1), mine: true }),
    );
    const rows = rowsOf({
      messages,
      ...{ marks: [], readTo: null, isWhole: false, isPrivate: false },
    });
    expect(
      rows.filter((row) => row.kind === "message" && row.isHead),
    ).toHaveLength(1);
  });
});
