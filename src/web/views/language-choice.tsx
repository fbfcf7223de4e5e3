// Buttons that choose the language, each in its own.
import { language, speak, texts } from "../language.ts";
import { TEXTS } from "../wording.ts";

export function LanguageChoice() {
  return (
    <fieldset class="choice" aria-label={texts.value.languageLabel}>
      {Object.entries(TEXTS).map(([code, words]) => (
        <button
          type="button"
          key={code}
          lang={code}
          aria-pressed={language.value === code}
          onClick={() => speak(code)}
        >
          {words.language}
        </button>
      ))}
    </fieldset>
  );
}
