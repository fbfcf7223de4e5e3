// Event kinds: each kind of stored event has a schema, a line for people, and survives an export.

import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { StoredEventSchema } from "../../src/protocol/event-schemas.ts";
import {
  EVENT_FIELDS,
  type EventType,
  eventLine,
  isEventType,
} from "../../src/protocol/events.ts";
import type { RoomEvent } from "../../src/protocol/room-events.ts";

const authored = {
  ...{ seq: 7, room: "lobby", user: "abcdefghijklmnop", username: "alice" },
  at: 1_700_000_000_000,
} as const;
const id = "m1";

/** One event of each kind, as a room stores it. */
const examples: {
  readonly [Type in EventType]: Extract<RoomEvent, { type: Type }>;
} = {
  message: {
    ...{ type: "message", ...authored, text: "hello\nbob: hi" },
    ...{ edited: 1_700_000_000_001, editSeq: 9, edits: 1, id },
  },
  moderated: {
    ...{ type: "moderated", ...authored, action: "ban", id },
    target: { user: "ponmlkjihgfedcba", username: "bob" },
    ...{ until: 1_700_000_060_000, reason: "spam" },
  },
  edited: {
    ...{ type: "edited", ...authored, of: 3, text: "hello\nbob: hi" },
    ...{ data: null, id },
  },
  deleted: { type: "deleted", ...authored, of: 3, reason: "spam", id },
  erased: { type: "erased", ...authored, id },
  reacted: {
    ...{ type: "reacted", seq: 7, room: "lobby", at: authored.at },
    ...{ of: 3, emoji: "👍", count: 1, removed: [] },
    added: [{ user: authored.user, username: "alice" }],
  },
  pinned: { type: "pinned", ...authored, of: 3, id },
  unpinned: { type: "unpinned", ...authored, of: 3 },
  topic: { type: "topic", ...authored, text: "Tea at four" },
};

describe.each(Object.values(examples))("a $type", (event) => {
  test("an event that users have made is known by its type", () => {
    expect(isEventType(event.type)).toBe(true);
  });

  test("an event that users have made is imported as it was stored, with all fields of its kind", () => {
    expect(v.parse(StoredEventSchema, event)).toEqual(event);
    for (const field of EVENT_FIELDS[event.type].split(" ").filter(Boolean)) {
      const { [field.replace(/\W/g, "")]: _, ...rest } = { ...event } as Record<
        string,
        unknown
      >;
      expect(v.is(StoredEventSchema, rest)).toBe(false);
    }
  });

  test("an event is one line for users, of which no part looks like another message", () => {
    const lines = eventLine(event).split("\n");
    expect(lines[0]).toContain("alice");
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}\| /);
  });
});

test("every kind of event that users make has an example here", () => {
  expect(Object.keys(examples)).toEqual(Object.keys(EVENT_FIELDS));
});

test("an event of a newer release is not known, whatever users made it", () => {
  expect(isEventType("hologram")).toBe(false);
  expect(isEventType("constructor")).toBe(false);
});
