// Unread count: test the number of messages that a user has not read.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Log } from "../../../src/core/room/log.ts";
import { countUnread } from "../../../src/core/room/unread-count.ts";
import * as LIMITS from "../../../src/protocol/limits.ts";
import { Database } from "../support/database.ts";

const ALICE = "alice-----------";
const BOB = "bob-------------";

function logOf(events: readonly { type: string; user: string }[]) {
  const log = new Log(new Database(), "lobby");
  log.begin("epoch");
  const lines = events.map(({ type, user }, i) =>
    JSON.stringify({
      ...{ type, seq: i + 1, room: "lobby", user, username: "x", text: "t" },
      // The app's data may look like the author.
      ...{ data: { user: ALICE }, at: 1 },
    }),
  );
  if (lines.length > 0) log.append(lines);
  return { log };
}

describe("the messages that alice has not read", () => {
  test("alice has read what she wrote herself, and what is no message", () => {
    const room = logOf([
      { type: "message", user: BOB },
      { type: "message", user: ALICE },
      { type: "reacted", user: BOB },
      { type: "erased", user: BOB },
      { type: "message", user: BOB },
    ]);
    expect(countUnread(room, ALICE, 0)).toBe(2);
    expect(countUnread(room, ALICE, 1)).toBe(1);
    expect(countUnread(room, ALICE, 5)).toBe(0);
    expect(countUnread(room, BOB, 0)).toBe(1);
  });

  test("alice has nothing to read in a room where nobody has written", () => {
    expect(countUnread(logOf([]), ALICE, 0)).toBe(0);
  });

  test("alice's count is exact up to 99, and stops at 100", () => {
    const kind = fc.record({
      type: fc.constantFrom("message", "message", "message", "reacted"),
      user: fc.constantFrom(ALICE, BOB),
    });
    fc.assert(
      fc.property(
        fc.array(kind, { maxLength: 400, size: "max" }),
        fc.nat(400),
        (events, read) => {
          const unread = events.filter(
            ({ type, user }, i) =>
              i + 1 > read && type === "message" && user !== ALICE,
          );
          const expected = Math.min(unread.length, LIMITS.unreadCountMax);
          expect(countUnread(logOf(events), ALICE, read)).toBe(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});
