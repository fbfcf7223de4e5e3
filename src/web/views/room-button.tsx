// Room button: opens what there is to know and to set about the room, and shows that it is locked or slowed down.
import { dialog } from "../dialog-state.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { Icon, IconPath } from "./icons.tsx";

const INFO = "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 11v5M12 8v.5";

export function RoomButton({ room }: { readonly room: RoomState }) {
  const tt = toolTexts.value;
  const { locked, slow } = room.snapshot.value;
  const label = [
    tt.roomInfo,
    ...(locked ? [tt.isLocked] : []),
    ...(slow > 0 ? [tt.isSlow] : []),
  ].join(", ");
  return (
    <button
      type="button"
      class="quiet"
      aria-label={label}
      title={label}
      onClick={() => {
        dialog.value = { kind: "room", room: room.id };
      }}
    >
      {locked && <Icon name="lock" />}
      {!locked && slow > 0 && <Icon name="clock" />}
      {!locked && slow === 0 && <IconPath path={INFO} />}
    </button>
  );
}
