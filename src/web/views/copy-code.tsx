// Copy code: copies the code of a block, and says so.
import { useEffect, useState } from "preact/hooks";
import { copyText } from "../message-tools.ts";
import { toolTexts } from "../tool-texts.ts";
import { ACTION_ICONS } from "./action-label.ts";
import { Icon, IconPath } from "./icons.tsx";

/** The button shows for this time that it has copied. */
const DONE_MS = 2000;

export function CopyCode({ code }: { readonly code: string }) {
  const t = toolTexts.value;
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), DONE_MS);
    return () => clearTimeout(timer);
  }, [isDone]);
  return (
    <button
      type="button"
      class="copy-code"
      aria-label={t.copyCode}
      title={t.copyCode}
      onClick={async () => setDone(await copyText(code))}
    >
      {isDone ? <Icon name="check" /> : <IconPath path={ACTION_ICONS.copy} />}
    </button>
  );
}
