// Internationalization: gives the texts, dates and lists of the chosen language, or of the browser's language.
import { computed, signal } from "@preact/signals";
import { deviceStore } from "./local-store.ts";
import { type Language, localeFor, pickLanguage } from "./locale.ts";
import { english, type Texts } from "./locales/en.ts";
import { TimeFormat } from "./time-format.ts";

/** Some browsers and privacy extensions have no such list. */
const preferredLocales: readonly string[] = (navigator.languages ?? []).map(
  String,
);

export const language = signal<Language>(
  pickLanguage([deviceStore.get("language") ?? "", ...preferredLocales]),
);

export function setLanguage(code: string): void {
  language.value = pickLanguage([code]);
  deviceStore.set("language", language.value);
  loadTexts();
}

type Loaded = Readonly<Partial<Record<Language, Texts>>>;
const loaded = signal<Loaded>({ en: english });

/** The texts in use: English until the chosen language is loaded. */
export const texts = computed<Texts>(
  () => loaded.value[language.value] ?? english,
);

/** Loads the texts of the chosen language, unless they are part of the page. */
export async function loadTexts(): Promise<void> {
  if (language.peek() !== "zh" || loaded.peek().zh !== undefined) return;
  try {
    const { chinese } = await import("./locales/zh.ts");
    loaded.value = { ...loaded.peek(), zh: chinese };
  } catch {
    // There is no network, or a new release has removed the file.
  }
}

/** The browser's variant of the language, for example with a 12-hour clock. */
const locale = computed(() => localeFor(language.value, preferredLocales));

export const timeFormat = computed(
  () => new TimeFormat(locale.value, texts.value.unknownTime),
);

/** "alice, bob and carol" */
export function formatList(names: readonly string[]): string {
  return new Intl.ListFormat(locale.value).format(names);
}

/** The same in parts: the names are elements, and the words between literals. */
export function listParts(
  names: readonly string[],
): ReturnType<Intl.ListFormat["formatToParts"]> {
  return new Intl.ListFormat(locale.value).formatToParts(names);
}

/** Sorts names as the language does, with c2 before c10. */
const collator = computed(
  () => new Intl.Collator(locale.value, { numeric: true }),
);

export function sortNames(names: readonly string[]): string[] {
  return [...names].sort(collator.value.compare);
}
