// Room button: opens what there is to know and to set about the room, and shows that it is locked or slowed down.
import { useEffect } from "preact/hooks";
import { dialog } from "../dialog-state.ts";
import { isWide } from "../environment.ts";
import { texts } from "../i18n.ts";
import { openReports, refreshOpenReports } from "../report-count.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { formatCount } from "../unread.ts";
import { ACTION_ICONS } from "./action-label.ts";
import { Icon, IconPath } from "./icons.tsx";
import { SearchButton } from "./search-button.tsx";

const INFO = "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 11v5M12 8v.5";

export function RoomButton({ room }: { readonly room: RoomState }) {
  const tt = toolTexts.value;
  const { locked, slow, role, state, pins } = room.snapshot.value;
  const reports = openReports(room).value;
  useEffect(() => {
    refreshOpenReports(room);
  }, [room, role, state]);
  const hasReports = reports > 0;
  // A narrow header has no button of its own for them.
  const hasPins = pins.length > 0 && !isWide.value;
  const label = [
    tt.roomInfo,
    ...(locked ? [tt.isLocked] : []),
    ...(slow > 0 ? [tt.isSlow] : []),
    ...(hasPins ? [texts.value.pins(pins.length)] : []),
    ...(hasReports && !isWide.value ? [tt.openReports(reports)] : []),
  ].join(", ");
  return (
    <>
      <SearchButton room={room} />
      {hasReports && isWide.value && (
        <ReportsButton id={room.id} count={reports} />
      )}
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
        {!locked &&
          slow === 0 &&
          (hasPins ? <Icon name="pin" /> : <IconPath path={INFO} />)}
        {/* A narrow header has no room for both. */}
        {hasReports && !isWide.value && (
          <span class="badge important">{formatCount(reports)}</span>
        )}
      </button>
    </>
  );
}

interface ReportsButtonProps {
  readonly id: string;
  readonly count: number;
}

/** For moderators. */
function ReportsButton({ id, count }: ReportsButtonProps) {
  const label = toolTexts.value.openReports(count);
  return (
    <button
      type="button"
      class="quiet"
      aria-label={label}
      title={label}
      onClick={() => {
        dialog.value = { kind: "reports", room: id };
      }}
    >
      <IconPath path={ACTION_ICONS.report} />
      <span class="badge important">{formatCount(count)}</span>
    </button>
  );
}
