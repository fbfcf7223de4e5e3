// Switcher button: opens the quick switcher, as its keys do.
import { dialog } from "../dialog-state.ts";
import { isApple } from "../environment.ts";
import { toolTexts } from "../tool-texts.ts";
import { IconPath } from "./icons.tsx";

const LIST_WITH_ARROW = "M4 6h16M4 12h7M4 18h7M14 15h6M17 12l3 3-3 3";

export function SwitcherButton() {
  const t = toolTexts.value;
  return (
    <button
      type="button"
      class="quiet switcher-button"
      aria-label={t.switcher}
      aria-keyshortcuts={isApple ? "Meta+K" : "Control+K"}
      title={`${t.switcher} (${isApple ? "⌘K" : "Ctrl+K"})`}
      onClick={() => {
        dialog.value = { kind: "switcher" };
      }}
    >
      <IconPath path={LIST_WITH_ARROW} />
    </button>
  );
}
