// Invitations: let moderators make a link by which others become members of the room.
import { useId, useState } from "preact/hooks";
import { texts, timeFormat } from "../i18n.ts";
import { invite } from "../moderation.ts";
import { INVITE_SECONDS, INVITE_USES } from "../moderation-actions.ts";
import { durationText } from "../moderation-words.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { useRequest } from "./use-request.ts";

const DAY_SECONDS = 86_400;

export function Invitations({ room }: { readonly room: RoomState }) {
  const tt = toolTexts.value;
  const words = { t: texts.value, tt, time: timeFormat.value };
  const [uses, setUses] = useState(1);
  const [seconds, setSeconds] = useState(DAY_SECONDS);
  const [link, setLink] = useState("");
  const [note, setNote] = useState("");
  const request = useRequest();
  const id = useId();
  if (!room.snapshot.value.permissions.can("invite")) return null;
  const make = () =>
    request.run(async () => {
      const link = await invite(room, { uses, for: seconds });
      setNote("");
      setLink(link);
    });
  return (
    <section class="flood-tools">
      <h3>{tt.invitations}</h3>
      <p class="hint">{tt.inviteHint}</p>
      <div class="two">
        <div class="field">
          <label for={`${id}-uses`}>{tt.inviteUses}</label>
          <select
            id={`${id}-uses`}
            value={uses}
            onChange={({ currentTarget }) =>
              setUses(Number(currentTarget.value))
            }
          >
            {INVITE_USES.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for={`${id}-end`}>{tt.inviteEnd}</label>
          <select
            id={`${id}-end`}
            value={seconds}
            onChange={({ currentTarget }) =>
              setSeconds(Number(currentTarget.value))
            }
          >
            {INVITE_SECONDS.map((one) => (
              <option key={one} value={one}>
                {durationText(one, words)}
              </option>
            ))}
          </select>
        </div>
      </div>
      <span class="buttons">
        <button type="button" aria-disabled={request.isBusy} onClick={make}>
          {tt.makeInvite}
        </button>
        <button
          type="button"
          class="danger"
          aria-disabled={request.isBusy}
          onClick={() =>
            request.run(async () => {
              await room.room.moderate({ action: "uninvite" });
              setLink("");
              setNote(tt.invitesEnded);
            })
          }
        >
          {tt.endInvites}
        </button>
      </span>
      {link !== "" && <InviteLink link={link} />}
      <p class="hint" role="status">
        {note}
      </p>
      <p class="form-error" role="alert">
        {request.error}
      </p>
    </section>
  );
}

function InviteLink({ link }: { readonly link: string }) {
  const tt = toolTexts.value;
  const id = useId();
  const [copied, setCopied] = useState("");
  return (
    <div class="field">
      <label for={id}>{tt.inviteLink}</label>
      <input
        id={id}
        readOnly
        value={link}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <button
        type="button"
        class="primary"
        onClick={async () => {
          try {
            await navigator.clipboard.writeText(link);
            setCopied(link);
          } catch {
            // An insecure origin has no clipboard: the user selects the link.
            document.getElementById(id)?.focus();
          }
        }}
      >
        {copied === link ? tt.copied : tt.copyLink}
      </button>
    </div>
  );
}
