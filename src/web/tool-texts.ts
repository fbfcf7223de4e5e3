// Tool texts: gives the texts of the parts that load on demand in the language of the page.
import { computed, effect, signal } from "@preact/signals";
import { language } from "./i18n.ts";
import { laterErrorTexts } from "./later-errors.ts";
import { englishTools, type ToolTexts } from "./locales/tools-en.ts";

const chinese = signal<ToolTexts | null>(null);

/** English until the texts of the chosen language are loaded. */
export const toolTexts = computed<ToolTexts>(() =>
  language.value === "zh" ? (chinese.value ?? englishTools) : englishTools,
);

export const laterErrors = computed(() => laterErrorTexts(toolTexts.value));

effect(() => {
  if (language.value === "zh") loadToolTexts();
});

/** Loads the texts of the language of the page, once. */
export async function loadToolTexts(): Promise<void> {
  if (language.peek() !== "zh" || chinese.peek() !== null) return;
  try {
    chinese.value = (await import("./locales/tools-zh.ts")).chineseTools;
  } catch {
    // There is no network, or a new release has removed the file.
  }
}
