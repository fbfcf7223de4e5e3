// Flood tools: let moderators lock the room or slow it down, each by one tap.
import { texts, timeFormat } from "../i18n.ts";
import { SLOW_SECONDS } from "../moderation-actions.ts";
import { durationText } from "../moderation-words.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { useRequest } from "./use-request.ts";

export function FloodTools({ room }: { readonly room: RoomState }) {
  const tt = toolTexts.value;
  const words = { t: texts.value, tt, time: timeFormat.value };
  const request = useRequest();
  const { locked, slow, permissions } = room.snapshot.value;
  if (!permissions.can("lock")) return null;
  // Somebody may have typed another number.
  const choices = [...new Set([...SLOW_SECONDS, slow])].sort((a, b) => a - b);
  return (
    <section class="flood-tools">
      <h3>{tt.floodTools}</h3>
      <button
        type="button"
        role="switch"
        class="switch"
        aria-checked={locked}
        aria-disabled={request.isBusy}
        onClick={() =>
          request.run(() =>
            room.room.moderate({ action: locked ? "unlock" : "lock" }),
          )
        }
      >
        {tt.lockRoom}
      </button>
      <p class="hint">{tt.lockHint}</p>
      <p id="slow-mode">{tt.slowTitle}</p>
      <fieldset class="choice pairs" aria-labelledby="slow-mode">
        {choices.map((seconds) => (
          <button
            type="button"
            key={seconds}
            aria-pressed={seconds === slow}
            aria-disabled={request.isBusy}
            onClick={() =>
              request.run(() => room.room.moderate({ action: "slow", seconds }))
            }
          >
            {seconds === 0 ? tt.slowOff : durationText(seconds, words)}
          </button>
        ))}
      </fieldset>
      <p class="hint">{tt.slowHint}</p>
      <p class="form-error" role="alert">
        {request.error}
      </p>
    </section>
  );
}
