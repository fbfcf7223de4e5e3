// Seen mark: shows small pictures of the people who have seen a message, and lists them.
import { useComputed } from "@preact/signals";
import { dialog } from "../dialog-state.ts";
import type { DisplayMessage } from "../display-message.ts";
import { formatList, texts } from "../i18n.ts";
import { RoomState } from "../room-state.ts";
import { newestSeen } from "../seen.ts";
import { toolTexts } from "../tool-texts.ts";
import { Avatar } from "./avatar.tsx";
import type { ConversationProps } from "./conversation-view.tsx";
import { MemberButton } from "./member-list.tsx";
import { personWords } from "./person-name.tsx";

const PICTURES_MAX = 3;
/** Names in the label, if there are more than one more. */
const NAMES_MAX = 2;

interface MarkProps extends ConversationProps {
  readonly message: DisplayMessage;
}

export function SeenMark({ message, ...props }: MarkProps) {
  const { conversation } = props;
  if (!(conversation instanceof RoomState) || !message.seq) return null;
  return <Mark room={conversation} seq={message.seq} {...props} />;
}

interface RoomProps extends Pick<ConversationProps, "session"> {
  readonly room: RoomState;
}

/** It stands over the space between two messages, so that nothing moves. */
function Mark({ room, seq, session }: RoomProps & { readonly seq: number }) {
  const seen = useComputed(() => {
    const { value } = newestSeen(room);
    return value?.seq === seq ? value : undefined;
  }).value;
  if (seen === undefined) return null;
  const shown = seen.people.map(({ user, username: name }) => ({
    ...{ name, person: session.people.of(user) },
  }));
  const names = shown.map(personWords);
  const named = names.length > NAMES_MAX + 1 ? NAMES_MAX : names.length;
  const label = toolTexts.value.seenBy(
    named < names.length
      ? `${names.slice(0, named).join(", ")} ${texts.value.andMore(names.length - named)}`
      : formatList(names),
  );
  const more = shown.length - PICTURES_MAX;
  return (
    <button
      type="button"
      class="seen"
      aria-label={label}
      title={label}
      data-seen={shown.length}
      onClick={() => {
        dialog.value = { kind: "seen", room: room.id };
      }}
    >
      {shown.slice(0, PICTURES_MAX).map((one) => (
        <Avatar key={one.name} {...one} />
      ))}
      {more > 0 && <span aria-hidden="true">+{more}</span>}
    </button>
  );
}

/** The people who have seen the newest message that others have seen. */
export function SeenList({ room, session }: RoomProps) {
  const { people = [] } = newestSeen(room).value ?? {};
  return (
    <ul class="seen-list" aria-label={toolTexts.value.seen}>
      {people.map(({ user, username }) => (
        <li key={user}>
          <MemberButton
            name={username}
            person={session.people.of(user)}
            {...{ user, role: null }}
          />
        </li>
      ))}
    </ul>
  );
}
