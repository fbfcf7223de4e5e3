// How much room there is on the screen.
import { type ReadonlySignal, signal } from "@preact/signals";

function matches(query: string): ReadonlySignal<boolean> {
  const list = window.matchMedia(query);
  const now = signal(list.matches);
  list.addEventListener("change", () => {
    now.value = list.matches;
  });
  return now;
}

/** The conversations stand beside the open one. In em: big letters count. */
export const isWide = matches("(min-width: 43.75em)");

/** And so do the people. */
export const isWidest = matches("(min-width: 62.5em)");
