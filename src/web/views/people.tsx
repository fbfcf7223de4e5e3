// The list of who is in the room.
import { dialog } from "../dialogs.ts";
import { texts } from "../language.ts";
import type { RoomState } from "../room-state.ts";
import { Avatar } from "./avatar.tsx";

export function People({ room }: { readonly room: RoomState }) {
  const t = texts.value;
  const { members, count, username, state } = room.snapshot.value;
  const others = members.filter((name) => name !== username);
  const isHere = members.length > others.length;
  const more = count - members.length;
  return (
    <div class="people" data-state={state}>
      <h2>{t.peopleCount(count)}</h2>
      <ul aria-label={t.people}>
        {isHere && (
          <li>
            <Person name={username} note={t.isYou} />
          </li>
        )}
        {others.map((name) => (
          <li key={name}>
            <Person name={name} />
          </li>
        ))}
      </ul>
      {more > 0 && <p class="hint">{t.andMore(more)}</p>}
    </div>
  );
}

function Person({
  name,
  note,
}: {
  readonly name: string;
  readonly note?: string;
}) {
  const isMe = note !== undefined;
  return (
    <button
      type="button"
      class="quiet row"
      onClick={() => {
        dialog.value = isMe ? { kind: "you" } : { kind: "person", name };
      }}
    >
      <Avatar name={name} />
      <bdi title={name}>{name}</bdi>
      {isMe && <span class="note">{note}</span>}
    </button>
  );
}
