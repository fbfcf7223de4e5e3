// The page starts here: who was here before comes in again, and the page shows it.
import { effect } from "@preact/signals";
import { render } from "preact";
import {
  currentConversation,
  embedOptions,
  session,
  startApp,
} from "./app-state.ts";
import { followTranslation } from "./browser-translation.ts";
import { language, loadTexts } from "./i18n.ts";
import { pickLanguage } from "./locale.ts";
import { loadLinkParser } from "./rich-text.ts";
import { THEMES, theme } from "./settings.ts";
import { pageTitle } from "./unread.ts";
import { App } from "./views/app.tsx";

const TEXTS_TIMEOUT_MS = 3000;

// A wish that there are no texts for leaves the browser's.
if (embedOptions.language !== null)
  language.value = pickLanguage([embedOptions.language, language.value]);
theme.value = THEMES.find((one) => one === embedOptions.theme) ?? theme.value;

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-Hans" : "en";
});

effect(() => {
  const currentSession = session.value;
  const all =
    currentSession === null
      ? []
      : [...currentSession.rooms.value, ...currentSession.peers.value];
  let unread = 0;
  for (const one of all)
    try {
      unread += one.unread.value.count;
    } catch {
      // A conversation that cannot be counted leaves the others their number.
    }
  document.title = pageTitle(unread, currentConversation.value?.title ?? "");
});

loadLinkParser();

// Who waits longer than that begins in English.
const timeout = new Promise((resolve) => setTimeout(resolve, TEXTS_TIMEOUT_MS));
await Promise.race([loadTexts(), timeout]);
startApp();

const root = document.querySelector("#app");
if (root !== null) {
  // What stood there for the case that no script runs.
  root.replaceChildren();
  followTranslation(root);
  render(<App />, root);
}
