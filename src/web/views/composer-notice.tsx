// Composer notice: shows to whom a text goes before it is sent, asks where that is not sure, or says why it was not sent.
import type { ComposerState } from "../composer-state.ts";
import { keepDraft } from "../drafts.ts";
import { texts } from "../language.ts";
import { readSpeech, whisperTo } from "../speech.ts";
import { Icon } from "./icons.tsx";
import type { Opened } from "./open-conversation.tsx";

interface NoticeProps extends Pick<Opened, "conversation"> {
  readonly draft: string;
  readonly state: ComposerState;
  /** Is it longer than a message may be? */
  readonly isOver: boolean;
  /** Back to the field. */
  readonly focus: () => void;
}

export function ComposerNotice(props: NoticeProps) {
  const { conversation, draft, state, isOver, focus } = props;
  const t = texts.value;
  const { title } = conversation;
  const isPeer = conversation.id.startsWith("@");
  const here = isPeer ? t.toOne(title) : t.toEveryoneIn(title);
  const speech = readSpeech(draft);
  const whisper = whisperTo(draft);
  const notice = state.notice.value;
  const then = (act: () => void) => () => {
    if (!isOver) act();
    focus();
  };
  if (speech.kind === "several") {
    const { to, text } = speech;
    return (
      <div
        class="whisper"
        data-notice="several"
        role={notice === null ? "status" : "alert"}
      >
        {t.toWhom}
        <span class="buttons">
          {to !== null && (
            <button type="button" onClick={then(() => state.sendTo(to, text))}>
              {t.toOne(to)}
            </button>
          )}
          <button type="button" onClick={then(() => state.sendHere(text))}>
            {here}
          </button>
        </span>
      </div>
    );
  }
  if (notice !== null) {
    const { said, asItStands } = notice;
    return (
      <div class="whisper" data-notice="said" role="alert">
        <span>{said}</span>
        {asItStands !== null && (
          <button
            type="button"
            onClick={then(() => state.sendHere(asItStands))}
          >
            {t.asItStands(here)}
          </button>
        )}
      </div>
    );
  }
  if (whisper === null) return null;
  return (
    <p class="whisper" data-whisper={whisper} role="status">
      <Icon name="lock" /> {t.onlyTo(whisper)}
      <button
        type="button"
        onClick={then(() => keepDraft(conversation, `/say ${draft}`))}
      >
        {isPeer ? t.toPeer(title) : t.toAll}
      </button>
    </p>
  );
}
