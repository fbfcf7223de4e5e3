// Mention rows: link to the messages that mention the user in rooms that the page has not joined.
import { closeDialog } from "../dialog-state.ts";
import { texts } from "../i18n.ts";
import { markSeen, waitingMentions } from "../room-mentions.ts";
import { routeHash } from "../route.ts";
import { formatCount } from "../unread.ts";
import type { UserSession } from "../user-session.ts";

export function MentionRows({ session }: { readonly session: UserSession }) {
  const t = texts.value;
  return (
    <>
      {waitingMentions(session, Date.now()).map((waiting) => {
        const { room, count, first } = waiting;
        return (
          <li key={room}>
            <a
              class="row"
              data-mentioned-in={room}
              href={routeHash({ kind: "room", room, message: first })}
              onClick={() => {
                closeDialog();
                markSeen(session, waiting);
              }}
            >
              <span class="hash" aria-hidden="true" />
              <span class="label" title={room}>
                <bdi>{room}</bdi>
              </span>
              <span class="visually-hidden">, {t.mentions(count)}</span>
              <span class="badge important" aria-hidden="true">
                {formatCount(count)}
              </span>
            </a>
          </li>
        );
      })}
    </>
  );
}
