// The list of who is in the room.
import { useRef, useState } from "preact/hooks";
import { dialog } from "../dialogs.ts";
import { sorted, texts } from "../language.ts";
import type { RoomState } from "../room-state.ts";
import { sameness } from "../spelling.ts";
import { Avatar } from "./avatar.tsx";
import { Boundary } from "./boundary.tsx";
import { useDeed } from "./use-deed.ts";

export function People({ room }: { readonly room: RoomState }) {
  const t = texts.value;
  const { members, count, username, state, blocked } = room.snapshot.value;
  const list = useRef<HTMLUListElement>(null);
  const deed = useDeed();
  /** Those beyond the first 200; null once there are no more. */
  const [after, setAfter] = useState<string | null | undefined>(undefined);
  const [beyond, setBeyond] = useState<readonly string[]>([]);
  const isCrowd = count > members.length;
  const all = new Set([...members, ...(isCrowd ? beyond : [])]);
  // In a crowd one may be among those who are not told.
  const isHere = all.delete(username) || (isCrowd && state === "connected");
  const others = sorted([...all]);
  const more = after === null ? 0 : count - others.length - (isHere ? 1 : 0);
  const load = async () => {
    const page = await room.chat.listMembers(after ?? members.at(-1));
    setBeyond([...beyond, ...page.members]);
    setAfter(page.more ? page.members.at(-1) : null);
    // The button may go, and the focus with it.
    list.current?.focus();
  };
  const isBlocked = (name: string) =>
    blocked.some((one) => sameness(one.username ?? "") === sameness(name));
  return (
    <div class="people" data-state={state}>
      <h2>{t.peopleCount(count)}</h2>
      <ul aria-label={t.people} ref={list} tabIndex={-1}>
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
      {isCrowd && more > 0 && (
        <button
          type="button"
          class="quiet row"
          aria-disabled={deed.isBusy}
          onClick={() => deed.do(load)}
        >
          {t.andMore(more)}
        </button>
      )}
      <p class="reason" role="alert">
        {deed.refusal}
      </p>
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
