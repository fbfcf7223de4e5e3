// Language choice: shows a button for each language.
import { language, setLanguage, texts } from "../i18n.ts";
import { LANGUAGES } from "../locale.ts";

export function LanguageChoice() {
  return (
    <fieldset class="choice" aria-label={texts.value.languageLabel}>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <button
          type="button"
          key={code}
          lang={code}
          aria-pressed={language.value === code}
          onClick={() => setLanguage(code)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
