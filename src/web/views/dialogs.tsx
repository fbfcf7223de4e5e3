// Dialogs: show the open dialog, once its code is loaded.
import { useLayoutEffect } from "preact/hooks";
import { closeDialog, dialog } from "../dialog-state.ts";
import { texts } from "../i18n.ts";
import { loadOnDemandParts } from "../load-on-demand.ts";
import { hasLoadFailed, loadRequests, onDemandParts } from "../on-demand.ts";
import type { UserSession } from "../user-session.ts";

export function Dialogs({ session }: { readonly session: UserSession }) {
  const isOpen = dialog.value !== null;
  const parts = onDemandParts.value;
  const requests = loadRequests.value;
  // Before the next frame, so that an earlier failure is not shown.
  useLayoutEffect(() => {
    if (isOpen || requests > 0) loadOnDemandParts();
  }, [isOpen, requests]);
  if (!isOpen) return null;
  if (parts !== null) return <parts.OpenDialog session={session} />;
  return hasLoadFailed.value ? <LoadFailure /> : null;
}

function LoadFailure() {
  const t = texts.value;
  return (
    <div class="load-failure" role="alert">
      <p>{t.notLoaded}</p>
      <span class="buttons">
        <button type="button" onClick={loadOnDemandParts}>
          {t.tryAgain}
        </button>
        <button type="button" onClick={closeDialog}>
          {t.close}
        </button>
      </span>
    </div>
  );
}
