// Event cursor format tests: the cursors of a room are read from an attachment as they were written.
import { expect, test } from "vitest";
import {
  formatCursors,
  parseCursors,
} from "../../../src/core/shared/events/event-cursor-format.ts";

const app = { endpoint: "app", position: { epoch: "aB_-1234", seq: 0 } };
const hook = { endpoint: "hook-1", position: { epoch: "cD", seq: 2 ** 50 } };

test.for([null, 1_750_000_000_000])(
  "cursors and the alarm at %s are read as they were written",
  (alarmAt) => {
    const text = formatCursors(alarmAt, [app, hook]);
    expect(parseCursors(text ?? "")).toEqual({
      alarmAt,
      positions: new Map([
        [app.endpoint, app.position],
        [hook.endpoint, hook.position],
      ]),
    });
  },
);

test("without a position there is nothing to store", () => {
  expect(formatCursors(1, [{ endpoint: "app", position: null }])).toBeNull();
  expect(formatCursors(null, [])).toBeNull();
});
