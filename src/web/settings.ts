// Settings: keep the user's choices for the page on this device.
import { effect, type Signal, signal } from "@preact/signals";
import { deviceStore } from "./local-store.ts";

function storedChoice<Value extends string>(
  name: string,
  values: readonly [Value, ...Value[]],
): Signal<Value> {
  const stored = deviceStore.get(name);
  const [first] = values;
  const choice = signal(values.find((value) => value === stored) ?? first);
  effect(() => {
    if (choice.value === first) deviceStore.remove(name);
    else deviceStore.set(name, choice.value);
  });
  return choice;
}

export const THEMES = ["auto", "light", "dark"] as const;
export const theme = storedChoice("theme", THEMES);
export const sound = storedChoice("sound", ["off", "on"]);
export const notifications = storedChoice("notify", ["off", "on"]);
/** The messages that cause a sound and a notification. */
export const NOTIFY_ABOUT = ["mine", "all"] as const;
export const notifyAbout = storedChoice("about", NOTIFY_ABOUT);

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
