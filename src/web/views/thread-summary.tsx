// Thread summary: shows below a message who answered in its thread, and when the last time.
import { timeFormat } from "../i18n.ts";
import { threadReplies } from "../thread-replies.ts";
import { isoTime } from "../time-format.ts";
import { toolTexts } from "../tool-texts.ts";
import { Avatar } from "./avatar.tsx";
import type { ConversationProps } from "./conversation-view.tsx";

interface SummaryProps extends ConversationProps {
  /** The number of the first message of the thread. */
  readonly root: number;
  /** The number of the newest reply. */
  readonly last: number;
}

/** Nothing without the newest reply: no request is made for it. */
export function ThreadSummary(props: SummaryProps) {
  const { session, conversation, root, last } = props;
  const found = threadReplies(conversation.messages.value).get(root);
  if (found === undefined || found.newest < last) return null;
  const t = toolTexts.value;
  const { at, authors } = found;
  const blocked = conversation.blocked.value;
  const { day, clock } = shownTime(at ?? 0);
  return (
    <>
      {at !== null && (
        <time dateTime={isoTime(at)} title={timeFormat.value.full(at)}>
          <span>{t.lastReply} </span>
          {t.dayAt(day, clock)}
        </time>
      )}
      <span class="faces">
        {authors
          .filter(({ user }) => !blocked.has(user))
          .map(({ user, username }) => (
            <Avatar
              key={user}
              name={username}
              person={session.people.of(user)}
            />
          ))}
      </span>
    </>
  );
}

function shownTime(at: number): { day: string; clock: string } {
  const format = timeFormat.value;
  return { day: format.day(at, Date.now()), clock: format.clock(at) };
}
