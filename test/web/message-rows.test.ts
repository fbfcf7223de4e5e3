// Message rows: days, gaps, the unread divider, joins and leaves stand between the messages.
import { describe, expect, test } from "vitest";
import type { DisplayMessage } from "../../src/web/display-message.ts";
import {
  buildRows,
  type ListRow,
  type Marker,
} from "../../src/web/message-rows.ts";
import {
  noon,
  pendingMessage,
  sentMessage,
} from "./support/display-messages.ts";

function rows(
  messages: readonly DisplayMessage[],
  markers: readonly Marker[] = [],
  more: {
    readPosition?: number;
    isComplete?: boolean;
    isPrivate?: boolean;
  } = {},
): ListRow[] {
  const { readPosition = null, isComplete = true, isPrivate = false } = more;
  const all = buildRows({
    messages,
    markers,
    readPosition,
    isComplete,
    isPrivate,
  });
  return all.filter(({ kind }) => kind !== "start");
}

const user = (username: string) => ({ user: `id-of-${username}`, username });
const [bob, carol, dave] = [user("bob"), user("carol"), user("dave")];

const kinds = (all: readonly ListRow[]) => all.map(({ kind }) => kind);

test("a user sees the date at the beginning of each day", () => {
  const all = rows([
    sentMessage(1, { at: noon(1) }),
    sentMessage(2, { at: noon(1) }),
    sentMessage(3, { at: noon(2) }),
  ]);
  expect(kinds(all)).toEqual(["day", "message", "message", "day", "message"]);
});

test("a user sees who wrote the first reply below a thread's first message", () => {
  const replies = { count: 2, last: 2 };
  const all = rows([
    ...[sentMessage(1, { seq: 1, replies }), sentMessage(2, { thread: 1 })],
    sentMessage(3, { thread: 1 }),
  ]);
  const named = all.map((row) => row.kind === "message" && row.showsAuthor);
  expect(named).toEqual([false, true, true, false]);
});

test("a user's messages in a row show the name once", () => {
  const all = rows([
    sentMessage(1),
    sentMessage(2),
    sentMessage(3, { user: "id-of-bob", username: "bob" }),
    sentMessage(4, { at: noon(1, 4) }),
    sentMessage(5, { at: noon(1, 30) }),
  ]);
  const heads = all.filter((row) => row.kind === "message" && row.showsAuthor);
  expect(heads.map(({ key }) => key)).toEqual([
    "seq 1",
    "seq 3",
    "seq 4",
    "seq 5",
  ]);
});

test("a user sees a gap before the first message after it", () => {
  const all = rows(
    [sentMessage(4), sentMessage(9)],
    [{ kind: "gap", before: 9 }],
  );
  expect(kinds(all)).toEqual(["day", "message", "gap", "message"]);
});

test("a user sees that the history was reset", () => {
  const all = rows([sentMessage(1)], [{ kind: "reset", before: 1 }]);
  expect(kinds(all)).toEqual(["reset", "day", "message"]);
});

test("a user sees a gap at the end before a new message arrives", () => {
  const all = rows([sentMessage(4)], [{ kind: "gap", before: 9 }]);
  expect(kinds(all)).toEqual(["day", "message", "gap"]);
});

test("users who join and leave between two messages share one row", () => {
  const all = rows(
    [sentMessage(1), sentMessage(2)],
    [
      { kind: "joined", before: 1.5, ...bob },
      { kind: "left", before: 1.5, ...carol },
      { kind: "joined", before: 1.5, ...dave },
      { kind: "left", before: 1.5, ...dave },
    ],
  );
  expect(all[2]).toMatchObject({
    kind: "presence",
    joined: [bob],
    left: [carol],
  });
});

test("a user sees a divider before the first unread message of another user", () => {
  const own = sentMessage(3, { mine: true });
  const all = rows(
    [sentMessage(1), sentMessage(2), own, sentMessage(4), sentMessage(5)],
    [],
    {
      readPosition: 2,
    },
  );
  const at = kinds(all).indexOf("new");
  expect(all[at + 1]).toMatchObject({ key: "seq 4" });
  expect(kinds(all).filter((kind) => kind === "new")).toHaveLength(1);
});

test("a user sees no divider as long as older messages may be unread", () => {
  const messages = [sentMessage(5), sentMessage(6)];
  const dividers = (isComplete: boolean, readPosition: number) =>
    kinds(rows(messages, [], { isComplete, readPosition })).filter(
      (kind) => kind === "new",
    ).length;
  expect(dividers(false, 2)).toBe(0);
  expect(dividers(true, 2)).toBe(1);
  expect(dividers(false, 4)).toBe(1);
});

test("a user who has read everything sees no divider", () => {
  expect(kinds(rows([sentMessage(1)], [], { readPosition: 1 }))).not.toContain(
    "new",
  );
});

test("a user's pending messages stand at the end, after every marker", () => {
  const all = rows(
    [sentMessage(1), pendingMessage("a"), pendingMessage("b")],
    [{ kind: "joined", before: 1.5, ...bob }],
  );
  expect(all.map(({ key }) => key).slice(-3)).toEqual([
    "presence 1.5",
    "own a",
    "own b",
  ]);
});

test("a user's message keeps its row when the server confirms it", () => {
  const before = rows([sentMessage(1), pendingMessage("a")]);
  const sent = sentMessage(2, { key: "own a", mine: true });
  const after = rows([sentMessage(1), sent]);
  expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
});

test("a user sees that a name has another owner, in a private conversation", () => {
  const messages = [
    sentMessage(1),
    sentMessage(2),
    sentMessage(3, { user: "another" }),
  ];
  expect(kinds(rows(messages, [], { isPrivate: true }))).toEqual([
    "day",
    "message",
    "message",
    "otherPerson",
    "message",
  ]);
  expect(kinds(rows(messages))).not.toContain("otherPerson");
});

test("a user who has loaded the whole history sees its beginning", () => {
  const parts = { messages: [sentMessage(1)], markers: [], readPosition: null };
  const whole = buildRows({ ...parts, isComplete: true, isPrivate: false });
  expect(kinds(whole)[0]).toBe("start");
});

test("a user's visible rows stay when older messages load", () => {
  const newer = [sentMessage(5), sentMessage(6)];
  const older = [sentMessage(3), sentMessage(4), ...newer];
  const before = rows(newer, [], { isComplete: false });
  const after = rows(older, [], { isComplete: false });
  const keys = (all: readonly ListRow[]) => all.map(({ key }) => key);
  expect(keys(after).slice(-before.length)).toEqual(keys(before));
});

test("no two rows that a user sees have the same key", () => {
  const messages = Array.from({ length: 300 }, (_, index) =>
    sentMessage(index + 1, { at: noon(1, index * 60) }),
  );
  const markers = [5, 90, 200].map(
    (before) => ({ kind: "gap", before }) as const,
  );
  const keys = rows(messages, markers, { readPosition: 7 }).map(
    ({ key }) => key,
  );
  expect(new Set(keys).size).toBe(keys.length);
});

test("messages of blocked users share one row until the user expands it", () => {
  const mallory = { user: "id-of-mallory", username: "mallory" };
  const messages = [
    sentMessage(1),
    sentMessage(2, mallory),
    sentMessage(3, mallory),
    sentMessage(4),
  ];
  const parts = {
    markers: [],
    readPosition: 1,
    isComplete: true,
    isPrivate: false,
  };
  const blocked = new Set(["id-of-mallory"]);
  const collapsed = buildRows({ ...parts, messages, blocked });
  expect(kinds(collapsed)).toEqual([
    "start",
    "day",
    "message",
    "collapsed",
    "new",
    "message",
  ]);
  const row = collapsed.find(({ kind }) => kind === "collapsed");
  expect(row).toMatchObject({ count: 2 });
  const expanded = new Set([row?.key ?? ""]);
  const all = buildRows({ ...parts, messages, blocked, expanded });
  expect(all.filter(({ kind }) => kind === "message")).toHaveLength(4);
});

test("a user sees messages with invalid times as of one unknown day", () => {
  const messages = [
    sentMessage(1),
    sentMessage(2, { at: 9e15 }),
    sentMessage(3, { at: 9e15 + 1 }),
    sentMessage(4, { at: Number.NaN }),
    sentMessage(5),
  ];
  const days = buildRows({
    ...{
      messages,
      markers: [],
      readPosition: null,
      isComplete: true,
      isPrivate: false,
    },
  }).filter(({ kind }) => kind === "day");
  expect(days.map(({ key }) => key)).toEqual([
    "day seq 1",
    "day seq 2",
    "day seq 5",
  ]);
});

describe("a long run of one author", () => {
  const heads = (from: number, to: number) =>
    buildRows({
      messages: Array.from({ length: to - from + 1 }, (_, n) =>
        sentMessage(from + n, { at: noon(1) }),
      ),
      ...{
        markers: [],
        readPosition: null,
        isComplete: false,
        isPrivate: false,
      },
    }).flatMap((row) =>
      row.kind === "message" && row.showsAuthor ? [row.message.position] : [],
    );

  test("a user sees the author again after some messages", () => {
    expect(heads(1, 30)).toEqual([1, 8, 16, 24]);
  });

  test("a user sees the author at the same messages when older ones load", () => {
    expect(heads(15, 40)).toEqual([15, 24, 32, 40]);
    expect(heads(9, 40)).toEqual([9, 16, 24, 32, 40]);
  });

  test("a user does not see their own name again", () => {
    const messages = Array.from({ length: 30 }, (_, n) =>
      sentMessage(n + 1, { at: noon(1), mine: true }),
    );
    const rows = buildRows({
      messages,
      ...{
        markers: [],
        readPosition: null,
        isComplete: false,
        isPrivate: false,
      },
    });
    expect(
      rows.filter((row) => row.kind === "message" && row.showsAuthor),
    ).toHaveLength(1);
  });
});
