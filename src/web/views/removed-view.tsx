// Removed view: tells a user whom a moderator has removed from the room why and until when, and lets the user come back.
import { useLayoutEffect, useRef } from "preact/hooks";
import { dialog } from "../dialog-state.ts";
import { formatDuration } from "../error-text.ts";
import { texts, timeFormat } from "../i18n.ts";
import { endText } from "../moderation-words.ts";
import { removalOf } from "../removal.ts";
import type { Removal } from "../removal-record.ts";
import type { RoomState } from "../room-state.ts";
import { roomOf } from "../speech-limit.ts";
import { toolTexts } from "../tool-texts.ts";
import type { ConversationProps } from "./conversation-view.tsx";
import { useClock } from "./use-clock.ts";

/** null: the user may be in the conversation. */
export function removedView({ conversation }: ConversationProps) {
  const room = roomOf(conversation);
  const removal = room === null ? null : removalOf(room);
  return room !== null && removal !== null ? (
    <RemovedView room={room} removal={removal} />
  ) : null;
}

interface RemovedProps {
  readonly room: RoomState;
  readonly removal: Removal;
}

function RemovedView({ room, removal }: RemovedProps) {
  const t = texts.value;
  const tt = toolTexts.value;
  const words = { t, tt, time: timeFormat.value };
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    // What had the focus is gone; a dialog keeps it.
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);
  const { action, until, reason, by } = removal;
  const isKick = action === "kick";
  const now = useClock(until, isKick);
  const isOver = until !== null && until <= now;
  const isWaiting = isKick && !isOver && until !== null;
  return (
    <div class="no-conversation removed" data-removed={action} role="status">
      <h2 ref={heading} tabIndex={-1}>
        {isKick ? tt.youKicked(room.title) : tt.youBanned(room.title)}
      </h2>
      {!isKick && !isOver && (
        <p>
          {until === null
            ? tt.banHasNoEnd
            : tt.banEnds(endText(until, now, words))}
        </p>
      )}
      {isOver && <p>{tt.mayJoinAgain}</p>}
      {isWaiting && (
        <p aria-live="off">{tt.joinAgainIn(formatDuration(until - now, t))}</p>
      )}
      {reason !== null && (
        <p>
          <bdi>{tt.reasonIs(reason)}</bdi>
        </p>
      )}
      {by !== null && <p class="hint">{tt.removedBy(by)}</p>}
      <p class="hint">{tt.othersGoOn}</p>
      <span class="buttons">
        <button
          type="button"
          class={isOver ? "primary" : undefined}
          aria-disabled={isWaiting}
          onClick={() => {
            if (!isWaiting) room.reconnect();
          }}
        >
          {isKick || isOver ? tt.joinAgain : t.tryAgain}
        </button>
        <button
          type="button"
          onClick={() => {
            dialog.value = { kind: "leave", room: room.id };
          }}
        >
          {t.leaveRoom}
        </button>
      </span>
    </div>
  );
}
