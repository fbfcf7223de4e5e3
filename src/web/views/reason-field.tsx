// Reason field: a user gives the reason of an act or of a report.
import { reasonMax as REASON_MAX } from "../../protocol/limits.ts";
import { toolTexts } from "../tool-texts.ts";

interface Props {
  readonly id: string;
  readonly value: string;
  /** The word on the enter key of a phone. */
  readonly enter: "done" | "send";
  onInput(value: string): void;
}

export function ReasonField({ id, value, enter, onInput }: Props) {
  const { reason, reasonHint } = toolTexts.value;
  return (
    <div class="field">
      <label for={id}>{reason}</label>
      <input
        id={id}
        dir="auto"
        maxLength={REASON_MAX}
        value={value}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
        autocomplete="off"
        enterkeyhint={enter}
      />
      <small id={`${id}-hint`}>{reasonHint}</small>
    </div>
  );
}
