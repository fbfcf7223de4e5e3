// Report question: asks why before a user reports a message to the moderators of the room.
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { closeDialog, type MessageDialogState } from "../dialog-state.ts";
import { roomOf } from "../speech-limit.ts";
import { toolTexts } from "../tool-texts.ts";
import { Preview } from "./preview.tsx";
import { ReasonField } from "./reason-field.tsx";
import { useRequest } from "./use-request.ts";

export function ReportQuestion({ conversation, message }: MessageDialogState) {
  const tt = toolTexts.value;
  const request = useRequest();
  const [reason, setReason] = useState("");
  const [isDone, setDone] = useState(false);
  const id = useId();
  const room = roomOf(conversation);
  const done = useRef<HTMLParagraphElement>(null);
  // A screen reader reads it, and the keyboard is not lost.
  useLayoutEffect(() => done.current?.focus(), [isDone]);
  if (isDone)
    return (
      <p ref={done} tabIndex={-1} data-report-done>
        {tt.reportDone}
      </p>
    );
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        request.run(async () => {
          const { seq = 0 } = message;
          const why = reason.trim();
          await room?.room.report(seq, why === "" ? undefined : why);
          setDone(true);
        });
      }}
    >
      <Preview text={message.text} />
      <ReasonField id={id} value={reason} enter="send" onInput={setReason} />
      <p class="hint">{tt.reportHint}</p>
      <p class="form-error" role="alert">
        {request.error}
      </p>
      <span class="buttons">
        <button type="submit" class="danger" aria-disabled={request.isBusy}>
          {tt.report}
        </button>
        <button type="button" onClick={closeDialog}>
          {tt.cancel}
        </button>
      </span>
    </form>
  );
}
