// Page entry: signs in the last user of this tab, and renders the page.
import { effect } from "@preact/signals";
import { render } from "preact";
import {
  currentConversation,
  embedOptions,
  session,
  startApp,
} from "./app-state.ts";
import { followTranslation } from "./browser-translation.ts";
import { embedder } from "./embedder.ts";
import { language, loadTexts } from "./i18n.ts";
import { pickLanguage } from "./locale.ts";
import { onDemandParts } from "./on-demand.ts";
import { loadLinkParser } from "./rich-text.ts";
import { notifiedCount } from "./room-notify.ts";
import { THEMES, theme } from "./settings.ts";
import { pageTitle } from "./unread.ts";
import { App } from "./views/app.tsx";

const TEXTS_TIMEOUT_MS = 3000;

// An unknown language leaves the browser's choice.
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
      unread += notifiedCount(one);
    } catch {
      // A conversation that fails does not change the count of the others.
    }
  if (currentSession !== null && embedder === "")
    for (const { count } of onDemandParts.value?.waitingMentions(
      currentSession,
      Date.now(),
    ) ?? [])
      unread += count;
  document.title = pageTitle(unread, currentConversation.value?.title ?? "");
});

loadLinkParser();

// After this time the page starts in English.
const timeout = new Promise((resolve) => setTimeout(resolve, TEXTS_TIMEOUT_MS));
await Promise.race([loadTexts(), timeout]);
startApp();

const root = document.querySelector("#app");
if (root !== null) {
  // Removes the text for browsers that run no script.
  root.replaceChildren();
  followTranslation(root);
  render(<App />, root);
}
