// Mark all read: is a button that marks all conversations as read, with the rooms that have kept their count.

import { texts } from "../i18n.ts";
import { hasUnread, markAllRead, unmarkedRooms } from "../mark-all-read.ts";
import { toolTexts } from "../tool-texts.ts";
import type { UserSession } from "../user-session.ts";
import { Icon, IconPath } from "./icons.tsx";

const TWO_CHECKS = "M2 13l4.500 4.500 9-9.500M11 15.500l2 2 9-9.500";

interface MarkProps {
  readonly session: UserSession;
}

export function MarkAllRead({ session }: MarkProps) {
  const t = toolTexts.value;
  const rooms = unmarkedRooms.value;
  return (
    <>
      <button
        type="button"
        class="quiet mark-all-read"
        aria-label={t.markAllRead}
        aria-keyshortcuts="Shift+Escape"
        // It keeps the focus.
        aria-disabled={!hasUnread(session)}
        title={`${t.markAllRead} (Shift+Esc)`}
        onClick={() => {
          markAllRead(session);
        }}
      >
        <IconPath path={TWO_CHECKS} />
      </button>
      {rooms !== "" && (
        <p class="not-marked">
          <span>{t.notMarked(rooms)}</span>
          <button
            type="button"
            class="quiet"
            aria-label={texts.value.close}
            onClick={() => {
              unmarkedRooms.value = "";
            }}
          >
            <Icon name="close" />
          </button>
        </p>
      )}
    </>
  );
}
