// What one chooses for the page on this device, kept over reloads.
import { effect, type Signal, signal } from "@preact/signals";
import { device } from "./kept.ts";

function chosen<Value extends string>(
  name: string,
  values: readonly [Value, ...Value[]],
): Signal<Value> {
  const was = device.get(name);
  const [first] = values;
  const choice = signal(values.find((value) => value === was) ?? first);
  effect(() => {
    if (choice.value === first) device.remove(name);
    else device.set(name, choice.value);
  });
  return choice;
}

export const THEMES = ["auto", "light", "dark"] as const;
export const theme = chosen("theme", THEMES);
export const sound = chosen("sound", ["off", "on"]);
export const notifications = chosen("notify", ["off", "on"]);
/** What sound and notifications are for. */
export const ABOUT = ["mine", "all"] as const;
export const about = chosen("about", ABOUT);

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
