// Moderate dialog: asks how long and why before a moderator acts on a user, and says what will happen.
import { useId, useState } from "preact/hooks";
import { dialog, type ModerateDialogState } from "../dialog-state.ts";
import { texts, timeFormat } from "../i18n.ts";
import { actOn } from "../moderation.ts";
import { DURATIONS, takesReason } from "../moderation-actions.ts";
import { actionHint, durationText } from "../moderation-words.ts";
import { announce } from "../notifications.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { ReasonField } from "./reason-field.tsx";
import { useRequest } from "./use-request.ts";

interface ModerateProps {
  readonly room: RoomState;
  readonly state: ModerateDialogState;
}

export function ModerateDialog({ room, state }: ModerateProps) {
  const { action, name, user } = state;
  const tt = toolTexts.value;
  const words = { t: texts.value, tt, time: timeFormat.value };
  const durations = DURATIONS[action];
  const [seconds, setSeconds] = useState(durations?.[0] ?? null);
  const [reason, setReason] = useState("");
  const request = useRequest();
  const id = useId();
  const close = () => {
    dialog.value = state.back ?? null;
  };
  const now = Date.now();
  const end = seconds === null ? null : now + seconds * 1000;
  const hint = actionHint(action, name, end, now, words);
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        request.run(async () => {
          const more = { seconds, reason: reason.trim() };
          await actOn(room, action, { name, user }, more);
          close();
          announce(hint);
        });
      }}
    >
      {durations !== undefined && (
        <fieldset class="options">
          <legend>{tt.howLong}</legend>
          {durations.map((one) => (
            <label key={one} class="check">
              <input
                type="radio"
                name={id}
                checked={one === seconds}
                onChange={() => setSeconds(one)}
              />
              {durationText(one, words)}
            </label>
          ))}
        </fieldset>
      )}
      {takesReason(action) && (
        <ReasonField id={id} value={reason} enter="done" onInput={setReason} />
      )}
      <p data-hint>{hint}</p>
      <p class="hint">{tt.everybodySees}</p>
      <p class="form-error" role="alert">
        {request.error}
      </p>
      <span class="buttons">
        <button
          type="submit"
          class={takesReason(action) ? "danger" : "primary"}
          data-first
          aria-disabled={request.isBusy}
        >
          {tt[action]}
        </button>
        <button type="button" onClick={close}>
          {tt.cancel}
        </button>
      </span>
    </form>
  );
}
