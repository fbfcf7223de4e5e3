// Date dialog: goes to the first message of a day, as the time zone of the user has it.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { dateValue, dayStart, daysAgo } from "../calendar-day.ts";
import { closeDialog } from "../dialog-state.ts";
import type { ErrorInfo } from "../error-text.ts";
import { findFirstSince } from "../first-message.ts";
import { timeFormat } from "../i18n.ts";
import { showInPlace } from "../past-state.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { useRequest } from "./use-request.ts";

interface DateProps {
  readonly room: RoomState;
  /** A time of the day that the field begins with; absent: today. */
  readonly at?: number | undefined;
}

export function DateDialog({ room, at }: DateProps) {
  const t = toolTexts.value;
  const id = useId();
  const now = Date.now();
  const [date, setDate] = useState(() => dateValue(at ?? now));
  const [note, setNote] = useState("");
  const request = useRequest();
  const isOpen = useRef(true);
  useEffect(
    () => () => {
      isOpen.current = false;
    },
    [],
  );
  const go = (time: number | null) =>
    request.run(async () => {
      setNote("");
      if (time === null) return;
      const first = await findFirstSince(room, time).catch((error) => {
        if ((error as Partial<ErrorInfo>).code !== "unsupported") throw error;
        setNote(t.noDates);
        return undefined;
      });
      if (!isOpen.current || first === undefined) return;
      if (first === null) {
        setNote(t.noMessages);
        return;
      }
      // The message gets the focus, and not what has opened the dialog.
      closeDialog();
      showInPlace(room, first.seq);
    });
  const shortcuts: readonly (readonly [string, number])[] = [
    ...[0, 1].map((days) => {
      const from = daysAgo(now, days);
      return [timeFormat.value.day(from, now), from] as const;
    }),
    [t.weekAgo, daysAgo(now, 7)],
    [t.beginning, 0],
  ];
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        go(dayStart(date));
      }}
    >
      <div class="field">
        <label for={id}>{t.dateField}</label>
        <input
          id={id}
          type="date"
          required
          max={dateValue(now)}
          value={date}
          onInput={({ currentTarget: { value } }) => setDate(value)}
        />
      </div>
      <p class="form-error" role="alert">
        {note || request.error}
      </p>
      <span class="buttons">
        <button type="submit" class="primary" aria-disabled={request.isBusy}>
          {t.jump}
        </button>
        {shortcuts.map(([name, time]) => (
          <button type="button" key={name} onClick={() => go(time)}>
            {name}
          </button>
        ))}
      </span>
    </form>
  );
}
