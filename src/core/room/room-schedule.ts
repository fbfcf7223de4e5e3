// Room schedule: a list names all that a room does later, in the order in which it runs.
import {
  EVENT_SCHEDULE,
  REPORT_SCHEDULE,
} from "../shared/events/event-delivery.ts";
import { SEEN_SCHEDULE } from "./read-state.ts";
import { REGISTRATION_SCHEDULE } from "./registration.ts";

const ROOM_SCHEDULE = [
  "presence grace",
  "member count",
  "leave retries",
  REGISTRATION_SCHEDULE,
  "purge",
  "retention",
  "mentions",
  "mention retries",
  "search",
  SEEN_SCHEDULE,
  "private messages",
  "flush",
  "flush cost",
];

/** @param hasEndpoints stored events go to the app or to webhooks */
export function roomSchedule(hasEndpoints: boolean): readonly string[] {
  return hasEndpoints
    ? [...ROOM_SCHEDULE, ...EVENT_SCHEDULE, ...REPORT_SCHEDULE]
    : ROOM_SCHEDULE;
}
