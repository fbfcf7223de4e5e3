// Long press: tells when a finger rests on a message.

/** As long as phones take for their own menus. */
const LONG_PRESS_MS = 500;
/** In pixels: a finger that moves more than this scrolls. */
const SLIP_MAX = 10;

/**
 * @param onPress gets the message
 * @returns a function that stops watching
 */
export function watchLongPress(
  list: HTMLElement,
  onPress: (message: HTMLElement) => void,
): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start = { x: 0, y: 0 };
  let isTouch = false;
  const cancel = () => clearTimeout(timer);
  list.addEventListener(
    "pointerdown",
    ({ target, pointerType, clientX: x, clientY: y }) => {
      cancel();
      isTouch = pointerType === "touch";
      const message =
        target instanceof Element
          ? target.closest<HTMLElement>("[data-message]")
          : null;
      if (!isTouch || message === null) return;
      start = { x, y };
      timer = setTimeout(() => {
        ignoreNextClick();
        onPress(message);
      }, LONG_PRESS_MS);
    },
    { signal },
  );
  list.addEventListener(
    "pointermove",
    ({ clientX, clientY }) => {
      const slip = Math.hypot(clientX - start.x, clientY - start.y);
      if (slip > SLIP_MAX) cancel();
    },
    { signal },
  );
  for (const type of ["pointerup", "pointercancel", "scroll"])
    list.addEventListener(type, cancel, { signal });
  // The browser's own menu would cover ours.
  list.addEventListener(
    "contextmenu",
    (event) => {
      const isLink = (event.target as Element).closest("a") !== null;
      if (isTouch && !isLink) event.preventDefault();
    },
    { signal },
  );
  return () => {
    cancel();
    abort.abort();
  };
}

/** The finger is lifted over the menu, which has not been there before. */
function ignoreNextClick(): void {
  const abort = new AbortController();
  const options = { capture: true, signal: abort.signal };
  window.addEventListener("pointerdown", () => abort.abort(), options);
  window.addEventListener(
    "click",
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      abort.abort();
    },
    options,
  );
}
