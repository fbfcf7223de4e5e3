// What one can do with somebody: write to them alone, or hear no more of them.
import { go } from "../app-state.ts";
import { closeDialog } from "../dialogs.ts";
import { texts } from "../language.ts";
import { sameness } from "../spelling.ts";
import type { Talk } from "../talk.ts";
import { useDeed } from "./use-deed.ts";

interface PersonProps {
  readonly talk: Talk;
  readonly name: string;
  readonly user: string | undefined;
}

export function PersonDialog({ talk, name, user }: PersonProps) {
  const t = texts.value;
  const deed = useDeed();
  const room = talk.carrier.value;
  const blocked = room?.snapshot.value.blocked.find((one) =>
    user === undefined
      ? sameness(one.username ?? "") === sameness(name)
      : one.user === user,
  );
  const who = blocked ?? { username: name, ...(user && { user }) };
  return (
    <div class="form">
      <button
        type="button"
        class="main"
        onClick={() => {
          closeDialog();
          talk.turnTo(name);
          go({ kind: "peer", peer: name });
        }}
      >
        {t.writePrivately}
      </button>
      <button
        type="button"
        aria-disabled={deed.isBusy}
        onClick={() =>
          deed.do(() =>
            blocked === undefined
              ? room?.chat.block(who)
              : room?.chat.unblock(who),
          )
        }
      >
        {blocked === undefined ? t.block : t.unblock}
      </button>
      <p class="hint">
        {blocked === undefined ? t.blockHint(name) : t.blockedHint(name)}
      </p>
      <p class="reason" role="alert">
        {deed.refusal}
      </p>
    </div>
  );
}
