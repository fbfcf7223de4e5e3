// Environment: follows the width of the window and the state of the network.
import { type ReadonlySignal, signal } from "@preact/signals";

function matches(query: string): ReadonlySignal<boolean> {
  const list = window.matchMedia(query);
  const now = signal(list.matches);
  list.addEventListener("change", () => {
    now.value = list.matches;
  });
  return now;
}

/**
 * The list of conversations fits beside the open one. The unit em follows large
 * fonts.
 */
export const isWide = matches("(min-width: 43.75em)");

/** The list of members fits as well. */
export const isWidest = matches("(min-width: 62.5em)");

/** On a phone a focus would open the keyboard: there the user taps first. */
export const hasKeyboard: boolean = window.matchMedia(
  "(hover: hover) and (pointer: fine)",
).matches;

/** Its commands have the Cmd key. */
export const isApple: boolean = /^(Mac|iP)/.test(navigator.platform);

/** False is certain; true is not, since a network may lead nowhere. */
export const hasNetwork: ReadonlySignal<boolean> = network();

function network(): ReadonlySignal<boolean> {
  const now = signal(navigator.onLine);
  for (const type of ["online", "offline"])
    window.addEventListener(type, () => {
      now.value = navigator.onLine;
    });
  return now;
}
