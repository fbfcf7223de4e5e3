// List hold: tells while the order of the list must stay, since a pointer, a finger or the keyboard is at it.
import { computed, type ReadonlySignal, signal } from "@preact/signals";

/** After Alt and an arrow key the next press goes on in the same order. */
const KEYS_MS = 3000;

type Holder = "pointer" | "touch" | "focus" | "keys";

const holders = signal<ReadonlySet<Holder>>(new Set());
const isHidden = signal(document.visibilityState === "hidden");
document.addEventListener("visibilitychange", () => {
  isHidden.value = document.visibilityState === "hidden";
});

/** Nobody sees a hidden list jump. */
export const isListHeld: ReadonlySignal<boolean> = computed(
  () => holders.value.size > 0 && !isHidden.value,
);

function setHolder(holder: Holder, isHolding: boolean): void {
  if (holders.peek().has(holder) === isHolding) return;
  const others = [...holders.peek()].filter((one) => one !== holder);
  holders.value = new Set(isHolding ? [...others, holder] : others);
}

let keysTimer: ReturnType<typeof setTimeout> | undefined;

/** The user goes through the list by keys, from anywhere in the page. */
export function holdForKeys(): void {
  clearTimeout(keysTimer);
  setHolder("keys", true);
  keysTimer = setTimeout(() => setHolder("keys", false), KEYS_MS);
}

/**
 * Follows what the user does at the list.
 *
 * @returns a function that stops it
 */
export function followHolders(list: Element): () => void {
  setHolder("pointer", list.matches(":hover"));
  setHolder("focus", list.querySelector(":focus-visible") !== null);
  const isKeyFocus = ({ target }: Event) =>
    (target as Element).matches(":focus-visible");
  const follow: [string, Holder, (event: Event) => boolean][] = [
    ["pointerenter", "pointer", () => true],
    ["pointerleave", "pointer", () => false],
    // A finger that scrolls is no pointer any more.
    ["touchstart", "touch", () => true],
    ["touchend", "touch", () => false],
    ["touchcancel", "touch", () => false],
    ["focusin", "focus", isKeyFocus],
    ["focusout", "focus", () => false],
  ];
  const stops = follow.map(([type, holder, isHolding]) => {
    const act = (event: Event) => setHolder(holder, isHolding(event));
    list.addEventListener(type, act, { passive: true });
    return () => list.removeEventListener(type, act);
  });
  return () => {
    for (const stop of stops) stop();
    for (const holder of ["pointer", "touch", "focus"] as const)
      setHolder(holder, false);
  };
}
