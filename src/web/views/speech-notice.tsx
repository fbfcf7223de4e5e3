// Speech notice: says above the composer why the user may not write now, and until when.
import type { Conversation } from "../conversation.ts";
import { formatDuration } from "../error-text.ts";
import { texts, timeFormat } from "../i18n.ts";
import { endText } from "../moderation-words.ts";
import { roomOf, speechLimit } from "../speech-limit.ts";
import { toolTexts } from "../tool-texts.ts";
import { Icon } from "./icons.tsx";
import { useClock } from "./use-clock.ts";

interface NoticeProps {
  readonly conversation: Conversation;
}

export function SpeechNotice({ conversation }: NoticeProps) {
  const tt = toolTexts.value;
  const words = { t: texts.value, tt, time: timeFormat.value };
  const limit = speechLimit(conversation);
  const isSlow = limit?.kind === "slow";
  const now = useClock(isSlow ? limit.until : null);
  const slow = roomOf(conversation)?.snapshot.value.slow ?? 0;
  const wait = formatDuration((limit?.until ?? now) - now, words.t);
  const end = limit?.until ? endText(limit.until, now, words) : null;
  return (
    <>
      {/* Screen readers hear of the wait once, not each second. */}
      <div
        class={limit === null || isSlow ? "visually-hidden" : "speech-notice"}
        role="status"
        data-limit={limit?.kind}
      >
        {limit?.kind === "muted" && (
          <p>
            <Icon name="lock" />{" "}
            {end === null ? tt.youMuted : tt.youMutedUntil(end)}{" "}
            {limit.reason !== null && <bdi>{tt.reasonIs(limit.reason)}</bdi>}
          </p>
        )}
        {limit?.kind === "locked" && (
          <p>
            <Icon name="lock" /> {tt.lockedHere}
          </p>
        )}
        {isSlow && <p>{tt.slowHere(formatDuration(slow * 1000, words.t))}</p>}
      </div>
      {isSlow && (
        <p class="speech-notice" aria-hidden="true" data-wait>
          <Icon name="clock" /> {tt.slowWait(wait)}
        </p>
      )}
    </>
  );
}
