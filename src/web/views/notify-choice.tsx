// Notify choice: lets the user choose which messages of a room notify, and marks the rooms with a choice in the list.
import { canNotify } from "../notifications.ts";
import {
  ROOM_NOTIFY,
  type RoomNotify,
  roomNotify,
  setRoomNotify,
} from "../room-notify.ts";
import type { RoomState } from "../room-state.ts";
import { notifications, sound } from "../settings.ts";
import { toolTexts } from "../tool-texts.ts";
import { IconPath } from "./icons.tsx";

const BELL = "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5H4.5zM10 20.5c1 .8 3 .8 4 0";
const ICONS = {
  all: BELL,
  mentions:
    "M15.5 12a3.5 3.5 0 1 0-7 0 3.5 3.5 0 0 0 7 0ZM15.5 8.5V13c0 3.5 4.5 3 4.5-1a8 8 0 1 0-3.5 6.6",
  none: `${BELL}M4 4l16 17`,
} as const;

interface RoomProps {
  readonly room: RoomState;
}

export function NotifyChoice({ room }: RoomProps) {
  const tt = toolTexts.value;
  const { me, id } = room;
  const choice = roomNotify(me, id);
  const names: Readonly<Record<RoomNotify, string>> = {
    default: tt.roomNotifyDefault,
    all: tt.notifyAll,
    mentions: tt.roomNotifyMentions,
    none: tt.roomNotifyNone,
  };
  const isOff =
    sound.value === "off" && (!canNotify || notifications.value === "off");
  return (
    <section class="flood-tools">
      <h3 id="room-notify">{tt.roomNotify}</h3>
      <fieldset class="choice column" aria-labelledby="room-notify">
        {ROOM_NOTIFY.map((one) => (
          <button
            type="button"
            key={one}
            aria-pressed={one === choice}
            onClick={() => setRoomNotify(me, id, one)}
          >
            {names[one]}
          </button>
        ))}
      </fieldset>
      {choice === "none" && <p class="hint">{tt.roomNotifyNoneHint}</p>}
      {choice !== "none" && isOff && <p class="hint">{tt.roomNotifyOff}</p>}
    </section>
  );
}

/** Shows the choice beside the name of a room; nothing without a choice. */
export function NotifyMark({ room }: RoomProps) {
  const tt = toolTexts.value;
  const choice = roomNotify(room.me, room.id);
  if (choice === "default") return null;
  const label = {
    all: tt.roomNotifiesAll,
    mentions: tt.roomNotifiesMentions,
    none: tt.roomIsMuted,
  }[choice];
  return (
    <span class="notify-mark" data-notify={choice} title={label}>
      <IconPath path={ICONS[choice]} />
      <span class="visually-hidden">, {label}</span>
    </span>
  );
}
