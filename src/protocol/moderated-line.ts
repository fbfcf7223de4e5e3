// Moderated line: an act of moderation as one line for people.
import type { AccessLevel } from "./access-levels.ts";
import { readableLines } from "./readable-text.ts";
import type { ModeratedEvent } from "./server-frames.ts";

/**
 * Formats an act of moderation, with its end and its reason.
 *
 * @param format formats a time
 */
export function moderatedLine(
  event: ModeratedEvent,
  format: (at: number) => string = minute,
): string {
  const { username, reason, until } = event;
  const end = until === undefined ? "" : ` until ${format(until)}`;
  const why = reason === undefined ? "" : `: ${readableLines(reason)}`;
  return `* ${username} ${deed(event, format)}${end}${why}`;
}

const ACCESS_WORDS: { readonly [Level in AccessLevel]: string } = {
  open: "opened the room to everybody",
  registered: "opened the room to registered users alone",
  members: "opened the room to its members alone",
};

function deed(event: ModeratedEvent, format: (at: number) => string): string {
  const { action, target, role, seconds = 0, access = "open", since } = event;
  const whom = target?.username ?? "somebody";
  switch (action) {
    case "kick":
      return `kicked ${whom}`;
    case "ban":
      return `banned ${whom}`;
    case "unban":
      return `lifted the ban of ${whom}`;
    case "mute":
      return `muted ${whom}`;
    case "unmute":
      return `lets ${whom} speak again`;
    case "purge":
      return `deleted what ${whom} said${since === undefined ? "" : ` since ${format(since)}`}`;
    case "role":
      return role === undefined || role === "none"
        ? `took the role of ${whom} away`
        : `made ${whom} ${role === "owner" ? "an owner" : "a moderator"}`;
    case "slow":
      return seconds === 0
        ? "ended the slow mode"
        : `lets each user write every ${seconds} s`;
    case "lock":
      return "locked the room: only moderators may speak";
    case "unlock":
      return "unlocked the room";
    case "access":
      return ACCESS_WORDS[access];
    case "invite":
      return invited(event);
    case "uninvite":
      return "ended invitations";
    case "member":
      return event.user === target?.user
        ? "has become a member, by an invitation"
        : `made ${whom} a member`;
    case "unmember":
      return `took the membership of ${whom} away`;
    default:
      // A log that came from a newer release may have other actions.
      action satisfies never;
      return "moderated the room";
  }
}

function invited({ uses = 1 }: ModeratedEvent): string {
  return uses === 1
    ? "made an invitation for one user"
    : `made an invitation for ${uses} users`;
}

/** The minute in UTC. */
export function minute(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "an unknown time";
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
