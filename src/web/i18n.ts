// Which language the page speaks: the one chosen, otherwise the browser's.
import { computed, signal } from "@preact/signals";
import { deviceStore } from "./local-store.ts";
import { type Language, localeFor, pickLanguage } from "./locale.ts";
import { english, type Texts } from "./locales/en.ts";
import { TimeFormat } from "./time-format.ts";

/** Some browsers, and extensions that hide who one is, have none. */
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

/** The words to show: English until those of the language are here. */
export const texts = computed<Texts>(
  () => loaded.value[language.value] ?? english,
);

/** Loads the words of the language, if the page does not bring them. */
export async function loadTexts(): Promise<void> {
  if (language.peek() !== "zh" || loaded.peek().zh !== undefined) return;
  try {
    const { chinese } = await import("./locales/zh.ts");
    loaded.value = { ...loaded.peek(), zh: chinese };
  } catch {
    // The network is gone, or a new release has taken the file away.
  }
}

/** The browser's own variant of the language, since it knows 24 hours from 12. */
const locale = computed(() => localeFor(language.value, preferredLocales));

export const timeFormat = computed(
  () => new TimeFormat(locale.value, texts.value.unknownTime),
);

/** "alice, bob and carol" */
export function formatList(names: readonly string[]): string {
  return new Intl.ListFormat(locale.value).format(names);
}

/** Names in the order of the language, c2 before c10. */
const collator = computed(
  () => new Intl.Collator(locale.value, { numeric: true }),
);

export function sortNames(names: readonly string[]): string[] {
  return [...names].sort(collator.value.compare);
}
