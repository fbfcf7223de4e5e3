// Room preview: asks before the page joins a room that a link names.
import { useLayoutEffect, useRef } from "preact/hooks";
import { joinRoom, navigate } from "../app-state.ts";
import { texts } from "../i18n.ts";
import { toolTexts } from "../tool-texts.ts";

export function RoomPreview({ room }: { readonly room: string }) {
  const t = toolTexts.value;
  const heading = useRef<HTMLHeadingElement>(null);
  // Not the button: an Enter that was meant for the link would join.
  useLayoutEffect(() => heading.current?.focus(), [room]);
  return (
    <div class="no-conversation" data-preview={room}>
      <h1 ref={heading} tabIndex={-1}>
        <bdi>{room}</bdi>
      </h1>
      <p>{t.notInRoom}</p>
      <span class="buttons">
        <button type="button" class="primary" onClick={() => joinRoom(room)}>
          {t.joinRoom(room)}
        </button>
        <button type="button" onClick={() => navigate({ kind: "none" })}>
          {t.notNow}
        </button>
      </span>
    </div>
  );
}

/** Shown for a name that no room and no user can have. */
export function InvalidRoute({ text }: { readonly text: string }) {
  const tt = toolTexts.value;
  return (
    <div class="no-conversation" role="alert">
      <h1>{tt.badRoute(text)}</h1>
      <p>{texts.value.badRoom}</p>
      <button
        type="button"
        class="primary"
        onClick={() => navigate({ kind: "none" })}
      >
        {tt.back}
      </button>
    </div>
  );
}
