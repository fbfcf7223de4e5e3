// Day button: shows a day of the talk, and opens the jump to a date where the server finds one.
import type { Conversation } from "../conversation.ts";
import { dialog } from "../dialog-state.ts";
import { timeFormat } from "../i18n.ts";
import { PastState } from "../past-state.ts";
import { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";

interface DayProps {
  readonly conversation: Conversation;
  /** A time of the day, ms since 1970. */
  readonly at: number;
  /** It stands in the list, where the line of a day is read anyway. */
  readonly isInList: boolean;
}

export function DayButton({ conversation, at, isInList }: DayProps) {
  const day = timeFormat.value.day(at, Date.now());
  const room =
    conversation instanceof PastState ? conversation.room : conversation;
  if (!(room instanceof RoomState))
    return <span aria-hidden={isInList ? undefined : true}>{day}</span>;
  const { jumpToDate } = toolTexts.value;
  return (
    <button
      type="button"
      data-day
      aria-label={`${day}: ${jumpToDate}`}
      title={jumpToDate}
      tabIndex={isInList ? -1 : undefined}
      onClick={() => {
        dialog.value = { kind: "date", room: room.id, at };
      }}
    >
      <span>{day}</span>
    </button>
  );
}
