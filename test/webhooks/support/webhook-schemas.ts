// Webhook schemas: what a webhook gets, as valibot schemas, with which the tests check each request that arrives.
import * as v from "valibot";
import { EVENT_NAMES, type EventType } from "../../../src/protocol/events.ts";
import { SERVER_SCHEMAS } from "../../conformance/support/frames.ts";

const isoTime = v.pipe(v.string(), v.isoTimestamp());
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const name = v.string();
const publicId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16}$/));
const role = v.optional(v.picklist(["moderator", "owner"]));
const member = {
  user: publicId,
  username: name,
  data: v.optional(v.unknown()),
  role,
};
const place = { room: name, at: whole };

function event<const Type extends string, Data extends v.GenericSchema>(
  type: Type,
  data: Data,
) {
  return v.object({
    /** The same event has the same id each time. */
    id: v.pipe(v.string(), v.minLength(3)),
    type: v.literal(type),
    timestamp: isoTime,
    data,
  });
}

/** Of each stored kind; the data is the frame that clients get. */
const stored = Object.entries(EVENT_NAMES).map(([type, eventName]) =>
  event(eventName, SERVER_SCHEMAS[type as EventType]),
);

/** Events that are in no log. */
const others = [
  event("room.created", v.object(place)),
  event("room.occupied", v.object(place)),
  event("room.vacated", v.object(place)),
  event("member.joined", v.object({ ...place, ...member })),
  event("member.left", v.object({ ...place, user: publicId, username: name })),
  event(
    "presence.snapshot",
    v.object({
      ...place,
      count: whole,
      from: whole,
      members: v.array(v.object(member)),
      more: v.boolean(),
    }),
  ),
  event("report.created", SERVER_SCHEMAS.reported),
  event("private.created", SERVER_SCHEMAS.private),
  event(
    "webhook.gap",
    v.object({
      room: v.optional(name),
      epoch: name,
      from: whole,
      to: whole,
      after: v.string(),
    }),
  ),
];

export const EVENT_SCHEMAS = [...stored, ...others];

export const BatchSchema = v.object({
  type: v.literal("batch"),
  timestamp: isoTime,
  data: v.object({
    /** Absent: the events are private messages. */
    room: v.optional(name),
    epoch: name,
    from: whole,
    to: whole,
    events: v.pipe(
      v.array(v.variant("type", EVENT_SCHEMAS)),
      v.minLength(1),
      v.maxLength(102),
    ),
  }),
});

export const CommandSchema = v.object({
  type: v.literal("command"),
  timestamp: isoTime,
  data: v.object({
    room: name,
    command: v.string(),
    args: v.string(),
    id: v.optional(v.string()),
    user: v.object({
      id: publicId,
      username: name,
      kind: v.picklist(["guest", "registered", "app"]),
      role,
      data: v.optional(v.unknown()),
    }),
  }),
});

/** The headers of Standard Webhooks 1.0. */
export const HeadersSchema = v.object({
  "webhook-id": v.string(),
  "webhook-timestamp": v.pipe(v.string(), v.regex(/^\d+$/)),
  "webhook-signature": v.pipe(v.string(), v.regex(/^v1,\S+( v1,\S+)*$/)),
});
