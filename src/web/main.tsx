// The page starts here: who was here before comes in again, and the page shows it.
import { effect } from "@preact/signals";
import { render } from "preact";
import { open, start, talk, wishes } from "./app-state.ts";
import { language, loadTexts } from "./language.ts";
import { loadLinks } from "./parts.ts";
import { THEMES, theme } from "./settings.ts";
import { followTranslation } from "./translation.ts";
import { titleOf } from "./unread.ts";
import { App } from "./views/app.tsx";
import { pickLanguage } from "./wording.ts";

const TEXTS_PATIENCE_MS = 3000;

// A wish that there are no texts for leaves the browser's.
if (wishes.language !== null)
  language.value = pickLanguage([wishes.language, language.value]);
theme.value = THEMES.find((one) => one === wishes.theme) ?? theme.value;

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-Hans" : "en";
});

effect(() => {
  const here = talk.value;
  const all = here === null ? [] : [...here.rooms.value, ...here.peers.value];
  let unread = 0;
  for (const one of all)
    try {
      unread += one.unread.value.count;
    } catch {
      // A conversation that cannot be counted leaves the others their number.
    }
  document.title = titleOf(unread, open.value?.title ?? "");
});

loadLinks();

// Who waits longer than that begins in English.
const patience = new Promise((resolve) =>
  setTimeout(resolve, TEXTS_PATIENCE_MS),
);
await Promise.race([loadTexts(), patience]);
start();

const place = document.querySelector("#app");
if (place !== null) {
  // What stood there for the case that no script runs.
  place.replaceChildren();
  followTranslation(place);
  render(<App />, place);
}
