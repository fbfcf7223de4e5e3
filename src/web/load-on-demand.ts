// On-demand loader: loads the dialogs and the tools of messages after the first view, with their styles.
import {
  hasLoadFailed,
  type OnDemandParts,
  onDemandParts,
} from "./on-demand.ts";
import { serverUrl } from "./server-url.ts";

/** The name of their file; the build sets it. */
declare const ON_DEMAND_FILE: string;

let loading: Promise<void> | null = null;
let failures = 0;

/** Loads them once. After a failure the next call tries again. */
export function loadOnDemandParts(): Promise<void> {
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  hasLoadFailed.value = false;
  try {
    const [parts] = await Promise.all([importParts(), loadStyles()]);
    await parts.loadToolTexts();
    onDemandParts.value = parts;
  } catch {
    // There is no network, or a new release has removed the file.
    loading = null;
    failures++;
    hasLoadFailed.value = true;
  }
}

/** Browsers remember a URL that failed, and do not ask for it again. */
function importParts(): Promise<OnDemandParts> {
  return failures === 0
    ? import("./views/on-demand.tsx")
    : import(`${serverUrl}${ON_DEMAND_FILE}?${failures}`);
}

/** A part without its styles would be shown in disorder. */
function loadStyles(): Promise<void> {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = `${serverUrl}on-demand.css`;
  const loaded = new Promise<void>((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error("The styles cannot be loaded."));
    });
  });
  document.head.append(link);
  return loaded;
}
