// Which language the page speaks: the one chosen, otherwise the browser's.
import { computed, signal } from "@preact/signals";
import { device } from "./kept.ts";
import type { Texts } from "./texts-en.ts";
import { Times } from "./times.ts";
import { type Language, localeFor, pickLanguage, TEXTS } from "./wording.ts";

/** Some browsers, and extensions that hide who one is, have none. */
const wishes: readonly string[] = (navigator.languages ?? []).map(String);

export const language = signal<Language>(
  pickLanguage([device.get("language") ?? "", ...wishes]),
);

export function speak(wish: string): void {
  language.value = pickLanguage([wish]);
  device.set("language", language.value);
}

/** The words to show. */
export const texts = computed<Texts>(() => TEXTS[language.value]);

/** The browser's own variant of the language, since it knows 24 hours from 12. */
const locale = computed(() => localeFor(language.value, wishes));

export const times = computed(
  () => new Times(locale.value, texts.value.unknownTime),
);

/** "alice, bob and carol" */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat(locale.value).format(names);
}
