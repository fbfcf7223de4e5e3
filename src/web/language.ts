// Which language the page speaks: the one chosen, otherwise the browser's.
import { computed, signal } from "@preact/signals";
import { device } from "./kept.ts";
import type { Texts } from "./texts-en.ts";
import { Times } from "./times.ts";
import { type Language, pickLanguage, TEXTS } from "./wording.ts";

export const language = signal<Language>(
  pickLanguage([device.get("language") ?? "", ...navigator.languages]),
);

export function speak(wish: string): void {
  language.value = pickLanguage([wish]);
  device.set("language", language.value);
}

/** The words to show. */
export const texts = computed<Texts>(() => TEXTS[language.value]);

/** The browser's own variant of the language, since it knows 24 hours from 12. */
const locale = computed(
  () =>
    navigator.languages.find(
      (wish) =>
        pickLanguage([wish]) === language.value &&
        wish.toLowerCase().startsWith(language.value),
    ) ?? language.value,
);

export const times = computed(() => new Times(locale.value));

/** "alice, bob and carol" */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat(locale.value).format(names);
}
