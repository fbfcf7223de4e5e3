// Member list: shows the members of the room.
import { useRef, useState } from "preact/hooks";
import type { Role } from "../../client/index.ts";
import { rankOf } from "../../protocol/roles.ts";
import { dialog } from "../dialog-state.ts";
import { sortNames, texts } from "../i18n.ts";
import { roleOf } from "../moderation.ts";
import { nameKey } from "../name-key.ts";
import type { Person } from "../people.ts";
import { removalOf } from "../removal.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { Avatar } from "./avatar.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { PersonName, personWords } from "./person-name.tsx";
import { RoleMark } from "./role-mark.tsx";
import { useRequest } from "./use-request.ts";

interface ListProps {
  readonly room: RoomState;
}

/** A user who was removed from the room sees nobody in it. */
export function MemberList({ room }: ListProps) {
  return removalOf(room) === null ? <Members room={room} /> : null;
}

function Members({ room }: ListProps) {
  const t = texts.value;
  const tt = toolTexts.value;
  const { members, count, details, state, role } = room.snapshot.value;
  const { username, blocked } = room.user.value;
  const list = useRef<HTMLUListElement>(null);
  const request = useRequest();
  /** The last loaded name beyond the first 200; null once all are loaded. */
  const [after, setAfter] = useState<string | null | undefined>(undefined);
  const [loaded, setLoaded] = useState<readonly string[]>([]);
  const isPartial = count > members.length;
  const all = new Set([...members, ...(isPartial ? loaded : [])]);
  // In a large room the user may be among the members that are not listed.
  const isHere = all.delete(username) || (isPartial && state === "connected");
  const rank = (name: string) => rankOf(roleOf(room, name));
  // Owners first, then moderators.
  const others = sortNames([...all]).sort((a, b) => rank(b) - rank(a));
  const more = after === null ? 0 : count - others.length - (isHere ? 1 : 0);
  const loadMore = async () => {
    const page = await room.room.listMembers(after ?? members.at(-1));
    setLoaded([...loaded, ...page.members]);
    setAfter(page.more ? page.members.at(-1) : null);
    // The button may disappear together with the focus.
    list.current?.focus();
  };
  const isBlocked = (name: string) =>
    blocked.some((one) => nameKey(one.username ?? "") === nameKey(name));
  return (
    <div class="members" data-state={state}>
      <h2>{t.peopleCount(count)}</h2>
      <ul aria-label={t.people} ref={list} tabIndex={-1}>
        {isHere && (
          <li>
            <ErrorBoundary>
              <MemberButton
                name={username}
                person={room.personOf(username)}
                note={tt.ownMember}
                isMe
                role={role}
              />
            </ErrorBoundary>
          </li>
        )}
        {others.map((name) => (
          <li key={name}>
            <ErrorBoundary>
              <MemberButton
                name={name}
                person={room.personOf(name)}
                user={details.get(name)?.user}
                role={roleOf(room, name)}
                note={isBlocked(name) ? tt.blocked : ""}
              />
            </ErrorBoundary>
          </li>
        ))}
      </ul>
      {isPartial && more > 0 && (
        <button
          type="button"
          class="quiet row"
          aria-disabled={request.isBusy}
          onClick={() => request.run(loadMore)}
        >
          {t.andMore(more)}
        </button>
      )}
      <p class="form-error" role="alert">
        {request.error}
      </p>
    </div>
  );
}

interface MemberButtonProps {
  readonly name: string;
  readonly person: Person;
  /** The public id, if it is known. */
  readonly user?: string | undefined;
  readonly role: Role | null;
  readonly note?: string;
  readonly isMe?: boolean;
}

/** Opens the dialog of the user. */
export function MemberButton({
  name,
  person,
  user,
  role,
  note = "",
  isMe = false,
}: MemberButtonProps) {
  return (
    <button
      type="button"
      class="quiet row"
      onClick={() => {
        dialog.value = isMe
          ? { kind: "account" }
          : { kind: "user", name, ...(user && { user }) };
      }}
    >
      <Avatar name={name} person={person} />
      <span class="label" title={personWords({ name, person })}>
        <PersonName name={name} person={person} />
      </span>
      {role !== null && <RoleMark role={role} />}
      {note !== "" && <span class="note">{note}</span>}
    </button>
  );
}
