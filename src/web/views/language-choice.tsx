// Buttons that choose the language, each in its own.
import { language, speak, texts } from "../language.ts";
import { LANGUAGES } from "../wording.ts";

export function LanguageChoice() {
  return (
    <fieldset class="choice" aria-label={texts.value.languageLabel}>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <button
          type="button"
          key={code}
          lang={code}
          aria-pressed={language.value === code}
          onClick={() => speak(code)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
