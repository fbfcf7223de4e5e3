// What the browser says of the place it is in: how much room there is, and whether there is a network.
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

/** Where this is false there is none; where it is true, who knows. */
export const hasNetwork: ReadonlySignal<boolean> = network();

function network(): ReadonlySignal<boolean> {
  const now = signal(navigator.onLine);
  for (const type of ["online", "offline"])
    window.addEventListener(type, () => {
      now.value = navigator.onLine;
    });
  return now;
}
