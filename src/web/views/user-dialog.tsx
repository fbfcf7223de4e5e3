// User dialog: opens a private conversation with a user, blocks the user, or moderates the user.
import { currentConversation, navigate } from "../app-state.ts";
import { closeDialog, dialog } from "../dialog-state.ts";
import { actionsOn, roleOf } from "../moderation.ts";
import type { PersonAction } from "../moderation-actions.ts";
import { nameKey } from "../name-key.ts";
import { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import type { UserSession } from "../user-session.ts";
import { IconPath } from "./icons.tsx";
import { PersonName } from "./person-name.tsx";
import { RoleMark } from "./role-mark.tsx";
import { useRequest } from "./use-request.ts";

interface UserDialogProps {
  readonly session: UserSession;
  readonly name: string;
  readonly user: string | undefined;
}

export function UserDialog({ session, name, user }: UserDialogProps) {
  const tt = toolTexts.value;
  const request = useRequest();
  const { client } = session;
  const blocked = session.snapshot.value.blocked.find((one) =>
    user === undefined
      ? nameKey(one.username ?? "") === nameKey(name)
      : one.user === user,
  );
  const target = blocked ?? { username: name, ...(user && { user }) };
  const person = session.people.of(user);
  const room = currentConversation.value;
  const role = room instanceof RoomState ? roleOf(room, name) : null;
  return (
    <div class="form">
      {(person.displayName !== null || role !== null) && (
        <p class="hint">
          <PersonName name={name} person={person} />{" "}
          {role !== null && <RoleMark role={role} isLong />}
        </p>
      )}
      <button
        type="button"
        class="primary"
        onClick={() => {
          closeDialog();
          session.openPeer(name);
          navigate({ kind: "peer", peer: name });
        }}
      >
        {tt.writePrivately}
      </button>
      <button
        type="button"
        aria-disabled={request.isBusy}
        onClick={() =>
          request.run(() =>
            blocked === undefined
              ? client.block(target)
              : client.unblock(target),
          )
        }
      >
        {blocked === undefined ? tt.block : tt.unblock}
      </button>
      <p class="hint">
        {blocked === undefined ? tt.blockHint(name) : tt.blockedHint(name)}
      </p>
      <p class="form-error" role="alert">
        {request.error}
      </p>
      {room instanceof RoomState && (
        <ModerationMenu room={room} name={name} user={user} />
      )}
    </div>
  );
}

interface MenuProps extends Omit<UserDialogProps, "session"> {
  readonly room: RoomState;
}

/** What the user may do to this one in the open room; nothing for most. */
function ModerationMenu({ room, name, user }: MenuProps) {
  const tt = toolTexts.value;
  const actions = actionsOn(room, { name, user });
  if (actions.length === 0) return null;
  return (
    <section aria-label={tt.moderateIn(room.title)}>
      <h3>{tt.moderateIn(room.title)}</h3>
      <ul class="message-menu">
        {actions.map((action) => (
          <li key={action}>
            <button
              type="button"
              class={DANGEROUS.includes(action) ? "quiet danger" : "quiet"}
              onClick={() => {
                const { id } = room;
                dialog.value = {
                  kind: "moderate",
                  room: id,
                  action,
                  name,
                  user,
                };
              }}
            >
              <IconPath path={ICONS[action]} />
              {tt[action]}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const DANGEROUS: readonly PersonAction[] = ["kick", "ban", "purge"];

const SPEAKER = "M4 10v4h3l4 4V6L7 10zM";
const SHIELD = "M12 4l7 3v5c0 4-3 7-7 8.500-4-1.500-7-4.500-7-8.500V7z";
const ICONS: Readonly<Record<PersonAction, string>> = {
  mute: `${SPEAKER}15 9.500l5 5M20 9.500l-5 5`,
  unmute: `${SPEAKER}15 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11`,
  kick: "M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M10 12h10M16 8l4 4-4 4",
  ban: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM6.500 6.500l11 11",
  unban:
    "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM8.500 12.500l2.500 2.500 4.500-5",
  purge: "M5 7h14M10 4h4M7 7l1 13h8l1-13",
  member:
    "M4 20c.5-4 3-6 6.500-6s6 2 6.500 6M10.500 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM19 8v6M16 11h6",
  unmember:
    "M4 20c.5-4 3-6 6.500-6s6 2 6.500 6M10.500 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM16 11h6",
  promote: `${SHIELD}M12 9v6M9 12h6`,
  demote: `${SHIELD}M9 12h6`,
};
