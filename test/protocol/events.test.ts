// Event kinds: each kind of stored event has a schema, a line for people, and survives an export.

import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { StoredEventSchema } from "../../src/protocol/event-schemas.ts";
import {
  EVENT_FIELDS,
  eventLine,
  isEventType,
} from "../../src/protocol/events.ts";

/** One event of each kind, as a room stores it. */
const examples = {
  message: {
    type: "message",
    seq: 7,
    room: "lobby",
    user: "abcdefghijklmnop",
    username: "alice",
    text: "hello\nbob: hi",
    at: 1_700_000_000_000,
    id: "m1",
  },
  moderated: {
    type: "moderated",
    seq: 8,
    room: "lobby",
    user: "abcdefghijklmnop",
    username: "alice",
    action: "ban",
    target: { user: "ponmlkjihgfedcba", username: "bob" },
    until: 1_700_000_060_000,
    reason: "spam",
    at: 1_700_000_000_000,
    id: "m2",
  },
} as const;

describe.each(Object.values(examples))("a $type", (event) => {
  test("an event that users have made is known by its type", () => {
    expect(isEventType(event.type)).toBe(true);
  });

  test("an event that users have made is imported as it was stored, with all fields of its kind", () => {
    expect(v.parse(StoredEventSchema, event)).toEqual(event);
    for (const field of EVENT_FIELDS[event.type].split(" ")) {
      const { [field.replace(/\W/g, "")]: _, ...rest } = event as Record<
        string,
        unknown
      >;
      expect(v.is(StoredEventSchema, rest)).toBe(false);
    }
  });

  test("an event is one line for users, of which no part looks like another message", () => {
    const lines = eventLine(event).split("\n");
    expect(lines[0]).toContain(event.username);
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
