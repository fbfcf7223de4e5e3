// Tests of the top of the list: the day and the author are shown there exactly while their own lines are out of sight.
import { expect, test } from "vitest";
import { buildRows } from "../../src/web/message-rows.ts";
import { authorAbove, dayAbove } from "../../src/web/top-of-list.ts";
import { sentMessage } from "./support/display-messages.ts";

const DAY = 24 * 60 * 60_000;
const NOON = new Date(2026, 0, 1, 12).getTime();

const rows = buildRows({
  messages: [
    sentMessage(1, { at: NOON }),
    sentMessage(2, { at: NOON + 1 }),
    sentMessage(3, { at: NOON + DAY }),
    sentMessage(4, { at: NOON + DAY + 1, mine: true }),
  ],
  markers: [{ kind: "gap", before: 3 }],
  ...{ readPosition: null, isComplete: true, isPrivate: false },
});
const top = (find: string) => rows.findIndex(({ key }) => key === find);

test("a user sees the day of the topmost message, unless its line is below", () => {
  expect(rows.map(({ key }) => key)).toEqual([
    ...["start", "day seq 1", "seq 1", "seq 2"],
    ...["gap 3", "day seq 3", "seq 3", "seq 4"],
  ]);
  expect(dayAbove(rows, top("start"))).toBe(null);
  expect(dayAbove(rows, top("seq 1"))).toBe(NOON);
  expect(dayAbove(rows, top("seq 2"))).toBe(NOON + 1);
  expect(dayAbove(rows, top("gap 3"))).toBe(null);
  expect(dayAbove(rows, top("seq 4"))).toBe(NOON + DAY + 1);
  expect(dayAbove(rows, rows.length)).toBe(NOON + DAY + 1);
  expect(dayAbove([], 0)).toBe(null);
});

test("a user sees the author of the topmost message, once the name is out of sight", () => {
  const name = (index: number, offset: number) =>
    authorAbove(rows, index, offset)?.username;
  expect(name(top("seq 1"), 0)).toBe(undefined);
  expect(name(top("seq 1"), 40)).toBe("alice");
  expect(name(top("seq 2"), 0)).toBe("alice");
  // Own messages have no name.
  expect(name(top("seq 4"), 0)).toBe(undefined);
  expect(name(top("gap 3"), 0)).toBe(undefined);
});
