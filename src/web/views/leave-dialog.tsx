// Leave dialog: asks before the user leaves a room, and names the consequences.
import { leaveRoom } from "../app-state.ts";
import { closeDialog } from "../dialog-state.ts";
import { texts } from "../i18n.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import type { UserSession } from "../user-session.ts";

interface LeaveProps {
  readonly session: UserSession;
  readonly room: RoomState;
}

export function LeaveDialog({ session, room }: LeaveProps) {
  const t = texts.value;
  const tt = toolTexts.value;
  const isLast = session.rooms.value.length === 1;
  const unsent = room.messages.value.filter(({ state }) => state !== "sent");
  return (
    <div class="form">
      <p>{tt.leaveHint}</p>
      {unsent.length > 0 && <p>{tt.leaveUnsent(unsent.length)}</p>}
      {isLast && <p>{tt.leaveLast}</p>}
      <span class="buttons">
        <button
          type="button"
          class="danger"
          onClick={() => {
            closeDialog();
            leaveRoom(room.id);
          }}
        >
          {t.leaveRoom}
        </button>
        <button type="button" onClick={closeDialog}>
          {tt.cancel}
        </button>
      </span>
    </div>
  );
}
