// The list of who is in the room.
import { dialog } from "../dialogs.ts";
import { texts } from "../language.ts";
import type { RoomState } from "../room-state.ts";
import { sameness } from "../spelling.ts";
import { Avatar } from "./avatar.tsx";
import { Boundary } from "./boundary.tsx";

export function People({ room }: { readonly room: RoomState }) {
  const t = texts.value;
  const { members, count, username, state, blocked } = room.snapshot.value;
  const others = members.filter((name) => name !== username);
  const isHere = members.length > others.length;
  const more = count - members.length;
  const isBlocked = (name: string) =>
    blocked.some((one) => sameness(one.username ?? "") === sameness(name));
  return (
    <div class="people" data-state={state}>
      <h2>{t.peopleCount(count)}</h2>
      <ul aria-label={t.people}>
        {isHere && (
          <li>
            <Boundary>
              <Person name={username} note={t.isYou} isMe />
            </Boundary>
          </li>
        )}
        {others.map((name) => (
          <li key={name}>
            <Boundary>
              <Person name={name} note={isBlocked(name) ? t.blocked : ""} />
            </Boundary>
          </li>
        ))}
      </ul>
      {more > 0 && <p class="hint">{t.andMore(more)}</p>}
    </div>
  );
}

interface PersonProps {
  readonly name: string;
  readonly note?: string;
  readonly isMe?: boolean;
}

function Person({ name, note = "", isMe = false }: PersonProps) {
  return (
    <button
      type="button"
      class="quiet row"
      onClick={() => {
        dialog.value = isMe ? { kind: "you" } : { kind: "person", name };
      }}
    >
      <Avatar name={name} />
      <span class="label" title={name}>
        <bdi>{name}</bdi>
      </span>
      {note !== "" && <span class="note">{note}</span>}
    </button>
  );
}
