// Leave dialog: asks before a room is left, and says what becomes of what is in it.
import { leaveRoom } from "../app-state.ts";
import { closeDialog } from "../dialogs.ts";
import { texts } from "../language.ts";
import type { RoomState } from "../room-state.ts";
import type { Talk } from "../talk.ts";

interface LeaveProps {
  readonly talk: Talk;
  readonly room: RoomState;
}

export function LeaveDialog({ talk, room }: LeaveProps) {
  const t = texts.value;
  const isLast = talk.rooms.value.length === 1;
  const unsent = room.messages.value.filter(({ state }) => state !== "sent");
  return (
    <div class="form">
      <p>{t.leaveHint}</p>
      {unsent.length > 0 && <p>{t.leaveUnsent(unsent.length)}</p>}
      {isLast && <p>{t.leaveLast}</p>}
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
          {t.cancel}
        </button>
      </span>
    </div>
  );
}
