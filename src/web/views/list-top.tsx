// List top: shows the day and the author of the topmost message above the list, while their own lines are out of sight.
import type { VirtualItem } from "@tanstack/virtual-core";
import type { ListRow } from "../message-rows.ts";
import { authorAbove, dayAbove } from "../top-of-list.ts";
import type { ConversationProps } from "./conversation-view.tsx";
import { DayButton } from "./day-button.tsx";
import { PersonName } from "./person-name.tsx";

interface ListTopProps extends ConversationProps {
  readonly rows: readonly ListRow[];
  /** The topmost row. */
  readonly top: VirtualItem | undefined;
  /** In pixels: how much of the list is above. */
  readonly offset: number;
}

export function ListTop(props: ListTopProps) {
  const { session, conversation, rows, top, offset } = props;
  if (top === undefined) return null;
  const author = authorAbove(rows, top.index, offset - top.start);
  const day = dayAbove(rows, top.index);
  return (
    <>
      <p class="author-above" aria-hidden="true">
        {author !== null && (
          <PersonName
            name={author.username}
            person={session.people.of(author.user)}
          />
        )}
      </p>
      {day !== null && (
        <p class="day">
          <DayButton conversation={conversation} at={day} isInList={false} />
        </p>
      )}
    </>
  );
}
