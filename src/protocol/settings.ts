// Settings: lists the settings of a server with their names, units, defaults and allowed values.
import { ACCESS_SETTINGS } from "./access-settings.ts";
import { INTEGRATION_SETTINGS } from "./integration-settings.ts";
import { NAME_SETTINGS } from "./name-settings.ts";
import { ROOM_SETTINGS } from "./room-settings.ts";
import {
  invalidSettingMessage,
  isBlank,
  readSetting,
  type Setting,
  type Value,
  type ValueOf,
} from "./setting-kinds.ts";

/** Every setting, by its name in wrangler.toml and in the environment. */
export const SETTINGS = {
  ...ROOM_SETTINGS,
  ...NAME_SETTINGS,
  ...ACCESS_SETTINGS,
  ...INTEGRATION_SETTINGS,
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
export type Settings = {
  readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]>;
};

export const DEFAULT_SETTINGS: Settings = /* @__PURE__ */ readSettings({});

/** Names each wrong setting, its value and the allowed values. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * Reads the settings from an environment, or from the vars of wrangler.toml:
 * numbers and lists, or strings of them. A missing or empty setting has its
 * default. Unknown names are ignored.
 *
 * @throws SettingsError with every wrong setting, its value (unless it is a
 * secret) and the allowed values
 */
export function readSettings(env: Readonly<Record<string, unknown>>): Settings {
  const wrong: string[] = [];
  const read = (name: string, setting: Setting): Value => {
    const given = env[name];
    if (isBlank(given)) return setting.defaultValue;
    const value = readSetting(setting, given);
    if (value === null) wrong.push(invalidSettingMessage(name, setting, given));
    return value ?? setting.defaultValue;
  };
  const settings = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]) => [
      name,
      read(name, setting),
    ]),
  );
  if (wrong.length > 0)
    throw new SettingsError(`Wrong settings. ${wrong.join(". ")}.`);
  // Each value has its own kind, which TypeScript cannot derive from the table.
  return settings as unknown as Settings;
}
