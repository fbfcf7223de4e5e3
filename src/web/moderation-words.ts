// Moderation words: say in plain words what an act of moderation does, has done, and until when.
import { formatDuration } from "./error-text.ts";
import type { Texts } from "./locales/en.ts";
import type { ToolTexts } from "./locales/tools-en.ts";
import type { RoomChange } from "./message-rows.ts";
import type { PersonAction } from "./moderation-actions.ts";
import { dayBounds, type TimeFormat } from "./time-format.ts";

/** The language of the page. */
export interface Words {
  readonly t: Texts;
  readonly tt: ToolTexts;
  readonly time: TimeFormat;
}

/** "14:30", or "Tuesday 3 March 14:30" on another day. */
export function endText(at: number, now: number, { time }: Words): string {
  const { from, to } = dayBounds(now);
  const clock = time.clock(at);
  return at >= from && at < to ? clock : `${time.day(at, now)} ${clock}`;
}

/** Says what happens to the user. @param end null: no end */
export function actionHint(
  action: PersonAction,
  name: string,
  end: number | null,
  now: number,
  words: Words,
): string {
  const { tt } = words;
  if (end !== null && action === "ban")
    return tt.banUntilHint(name, endText(end, now, words));
  if (end !== null && action === "mute")
    return tt.muteUntilHint(name, endText(end, now, words));
  return tt[`${action}Hint`](name);
}

/** "10 minutes", "7 days", or that there is no end. */
export function durationText(seconds: number | null, { t, tt }: Words): string {
  return seconds === null ? tt.forEver : lengthText(seconds, t);
}

function lengthText(seconds: number, t: Texts): string {
  if (seconds % 86_400 === 0) return t.days(seconds / 86_400);
  if (seconds % 3600 === 0) return t.hours(seconds / 3600);
  return formatDuration(seconds * 1000, t);
}

/** Says what has happened. @param by, name as the sentence shows them */
export function changeSentence(
  event: RoomChange,
  by: string,
  name: string,
  now: number,
  words: Words,
): string {
  const { t, tt } = words;
  if (event.type === "topic")
    return event.text === "" ? tt.noTopicBy(by) : tt.topicBy(by, event.text);
  const { action, until, since, seconds = 0, role } = event;
  const { access = "open", uses = 1 } = event;
  const end = until === undefined ? null : endText(until, now, words);
  switch (action) {
    case "kick":
      return tt.kickedBy(by, name);
    case "ban":
      return end === null
        ? tt.bannedBy(by, name)
        : tt.bannedUntil(by, name, end);
    case "purge":
      return since === undefined
        ? tt.purgedBy(by, name)
        : tt.purgedSince(by, name, endText(since, now, words));
    case "unban":
      return tt.unbannedBy(by, name);
    case "mute":
      return end === null
        ? tt.mutedBy(by, name)
        : tt.mutedUntilBy(by, name, end);
    case "unmute":
      return tt.unmutedBy(by, name);
    case "role":
      if (role === "owner") return tt.madeOwner(by, name);
      return role === "moderator"
        ? tt.madeModerator(by, name)
        : tt.tookRole(by, name);
    case "slow":
      return seconds === 0
        ? tt.unslowedBy(by)
        : tt.slowedBy(by, lengthText(seconds, t));
    case "access":
      return {
        open: tt.openedBy,
        registered: tt.registeredOnlyBy,
        members: tt.membersOnlyBy,
      }[access](by);
    case "invite":
      return tt.invitedBy(by, uses);
    case "uninvite":
      return tt.uninvitedBy(by);
    case "member":
      return event.user === event.target?.user
        ? tt.cameByInvitation(by)
        : tt.madeMember(by, name);
    case "unmember":
      return tt.tookMembership(by, name);
    case "lock":
      return tt.lockedBy(by);
    case "unlock":
      return tt.unlockedBy(by);
    default:
      // A newer server may have other actions.
      return tt.moderatedBy(by);
  }
}
