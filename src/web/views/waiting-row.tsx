// Waiting row: links to a room that the page has not joined and in which messages or mentions wait.
import { unreadCountMax } from "../../protocol/limits.ts";
import { closeDialog } from "../dialog-state.ts";
import { texts } from "../i18n.ts";
import type { WaitingRoom } from "../my-rooms.ts";
import { markSeen } from "../room-mentions.ts";
import { routeHash } from "../route.ts";
import { toolTexts } from "../tool-texts.ts";
import { formatCount } from "../unread.ts";
import type { UserSession } from "../user-session.ts";

interface RowProps {
  readonly session: UserSession;
  readonly waiting: WaitingRoom;
}

export function WaitingRow({ session, waiting }: RowProps) {
  const t = texts.value;
  const { room, unread, mentions, first, last } = waiting;
  const notes = [
    ...(unread >= unreadCountMax ? [toolTexts.value.unreadMany] : []),
    ...(unread > 0 && unread < unreadCountMax ? [t.unread(unread)] : []),
    ...(mentions > 0 ? [t.mentions(mentions)] : []),
  ];
  const message = first > 0 ? { message: first } : {};
  return (
    <li>
      <a
        class="row"
        data-waiting-in={room}
        data-mentioned-in={mentions > 0 ? room : undefined}
        data-unread={unread > 0 ? unread : undefined}
        href={routeHash({ kind: "room", room, ...message })}
        onClick={() => {
          closeDialog();
          if (last > 0) markSeen(session, { room, last });
        }}
      >
        <span class="hash" aria-hidden="true" />
        <span class="label" title={room}>
          <bdi>{room}</bdi>
        </span>
        {notes.map((note) => (
          <span class="visually-hidden" key={note}>
            , {note}
          </span>
        ))}
        {notes.length > 0 && (
          <span
            class={mentions > 0 ? "badge important" : "badge"}
            aria-hidden="true"
          >
            {formatCount(Math.max(unread, mentions))}
          </span>
        )}
      </a>
    </li>
  );
}
