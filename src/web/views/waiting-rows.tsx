// Waiting rows: link to the rooms that the page has not joined and in which messages or mentions wait.
import { useEffect } from "preact/hooks";
import { unreadCountMax } from "../../protocol/limits.ts";
import { closeDialog } from "../dialog-state.ts";
import { texts } from "../i18n.ts";
import { followMyRooms, type WaitingRoom, waitingRooms } from "../my-rooms.ts";
import { markSeen } from "../room-mentions.ts";
import { routeHash } from "../route.ts";
import { toolTexts } from "../tool-texts.ts";
import { formatCount } from "../unread.ts";
import type { UserSession } from "../user-session.ts";

interface SessionProps {
  readonly session: UserSession;
}

export function WaitingRows({ session }: SessionProps) {
  const { state, limits } = session.snapshot.value;
  // An older server has no list of rooms.
  const canAsk = state === "connected" && limits?.rooms !== undefined;
  useEffect(
    () => (canAsk ? followMyRooms(session) : undefined),
    [session, canAsk],
  );
  return (
    <>
      {waitingRooms(session, Date.now()).map((waiting) => (
        <WaitingRow key={waiting.room} {...{ session, waiting }} />
      ))}
    </>
  );
}

interface RowProps extends SessionProps {
  readonly waiting: WaitingRoom;
}

function WaitingRow({ session, waiting }: RowProps) {
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
        <span
          class={mentions > 0 ? "badge important" : "badge"}
          aria-hidden="true"
        >
          {formatCount(Math.max(unread, mentions))}
        </span>
      </a>
    </li>
  );
}
