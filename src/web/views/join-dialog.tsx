// Join dialog: joins another room.
import { useId, useState } from "preact/hooks";
import { readRoomName } from "../../protocol/names.ts";
import { joinRoom } from "../app-state.ts";
import { closeDialog } from "../dialog-state.ts";
import { texts } from "../i18n.ts";

export function JoinDialog() {
  const t = texts.value;
  const id = useId();
  const [typed, setTyped] = useState("");
  const [isWrong, setWrong] = useState(false);
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const room = readRoomName(typed.trim());
        setWrong(room === null);
        if (room === null) return;
        closeDialog();
        joinRoom(room);
      }}
    >
      <div class="field">
        <label for={id}>{t.room}</label>
        <input
          id={id}
          dir="auto"
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          aria-describedby={`${id}-hint`}
          aria-invalid={isWrong}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          enterkeyhint="go"
        />
        <small id={`${id}-hint`}>{t.roomHint}</small>
      </div>
      <div
        role="alert"
        class="form-error"
        data-error={isWrong ? "bad_room" : undefined}
      >
        {isWrong && <p>{t.badRoom}</p>}
      </div>
      <button type="submit" class="primary">
        {t.join}
      </button>
    </form>
  );
}
