// Room preview: asks before the page joins a room that a link names.
import { useLayoutEffect, useRef } from "preact/hooks";
import { joinRoom, navigate, route, session } from "../app-state.ts";
import { texts } from "../i18n.ts";
import { toolTexts } from "../tool-texts.ts";
import type { UserSession } from "../user-session.ts";
import { useRequest } from "./use-request.ts";

export function RoomPreview({ room }: { readonly room: string }) {
  const t = toolTexts.value;
  const [now, current] = [route.value, session.value];
  const isInvited = now.kind === "room" && now.invite !== undefined;
  const needsName = isInvited && current?.snapshot.value.registered === null;
  const heading = useRef<HTMLHeadingElement>(null);
  // Not the button: an Enter that was meant for the link would join.
  useLayoutEffect(() => heading.current?.focus(), [room]);
  return (
    <div class="no-conversation" data-preview={room}>
      <h1 ref={heading} tabIndex={-1}>
        <bdi>{room}</bdi>
      </h1>
      {isInvited && <p>{t.invitedTo}</p>}
      <p>{t.notInRoom}</p>
      {current !== null && needsName && <KeepName session={current} />}
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

/** No guest becomes a member. */
function KeepName({ session }: { readonly session: UserSession }) {
  const t = toolTexts.value;
  const request = useRequest();
  return (
    <>
      <p>{t.inviteNeedsName}</p>
      <button
        type="button"
        aria-disabled={request.isBusy}
        onClick={() => request.run(() => session.client.register())}
      >
        {t.register}
      </button>
      <p class="form-error" role="alert">
        {request.error}
      </p>
    </>
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
