// Dialog frame: shows a dialog with its title, in the middle, at a place of the page, or as a sheet on a phone.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { closeDialog } from "../dialog-state.ts";
import { isWide } from "../environment.ts";
import { texts } from "../i18n.ts";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Icon } from "./icons.tsx";

/** These get the focus first, the first of them that is there. */
const FIRST_FIELD = "form input, [data-first]";
/** In pixels: the distance to the edge of the window, and to the anchor. */
const MARGIN = 8;

interface DialogFrameProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** A wide window shows the dialog there. */
  readonly anchor?: DOMRect | undefined;
}

export function DialogFrame({ title, anchor, children }: DialogFrameProps) {
  const element = useRef<HTMLDialogElement>(null);
  const isShown = useRef(true);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  const isAnchored = anchor !== undefined && isWide.value;
  useLayoutEffect(() => {
    const before = document.activeElement;
    const { current: shown } = element;
    shown?.showModal();
    // Otherwise the heading gets the focus, not the close button.
    const field = shown?.querySelector<HTMLElement>(FIRST_FIELD);
    (field ?? heading.current)?.focus();
    return () => {
      isShown.current = false;
      // The page behind an open dialog takes no focus.
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useLayoutEffect(() => {
    if (isAnchored && element.current !== null) place(element.current, anchor);
  }, [isAnchored]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same
    <dialog
      ref={element}
      class={isAnchored ? "anchored" : undefined}
      aria-labelledby={id}
      onClose={() => {
        // The event comes late: by then another dialog may be open.
        if (isShown.current) closeDialog();
      }}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) closeDialog();
      }}
    >
      <div class="sheet">
        <header>
          <h2 id={id} ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </h2>
          <button
            type="button"
            class="quiet"
            aria-label={texts.value.close}
            onClick={closeDialog}
          >
            <Icon name="close" />
          </button>
        </header>
        <ErrorBoundary canRetry>{children}</ErrorBoundary>
      </div>
    </dialog>
  );
}

/** Below the anchor, or above it, and inside the window. */
function place(dialog: HTMLDialogElement, anchor: DOMRect): void {
  const { innerWidth, innerHeight } = window;
  const { offsetWidth: width, offsetHeight: height } = dialog;
  const below = anchor.bottom + MARGIN;
  const top =
    below + height <= innerHeight - MARGIN
      ? below
      : anchor.top - height - MARGIN;
  const clamp = (value: number, max: number) =>
    `${Math.max(MARGIN, Math.min(value, max - MARGIN))}px`;
  dialog.style.top = clamp(top, innerHeight - height);
  dialog.style.left = clamp(anchor.right - width, innerWidth - width);
}
