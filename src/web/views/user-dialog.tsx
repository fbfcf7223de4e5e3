// User dialog: opens a private conversation with a user, or blocks the user.
import { navigate } from "../app-state.ts";
import { closeDialog } from "../dialog-state.ts";
import { nameKey } from "../name-key.ts";
import { toolTexts } from "../tool-texts.ts";
import type { UserSession } from "../user-session.ts";
import { PersonName } from "./person-name.tsx";
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
  return (
    <div class="form">
      {person.displayName !== null && (
        <p class="hint">
          <PersonName name={name} person={person} />
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
    </div>
  );
}
