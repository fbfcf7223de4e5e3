// The kinds of settings: what values each takes, how they are spelled, and what is said of a wrong one.

interface Described {
  /** What it is, in a few words, for the message about a wrong one. */
  readonly description: string;
}

export interface NumberSetting extends Described {
  readonly kind: "number";
  readonly defaultValue: number;
  readonly min: number;
  readonly max: number;
  /** May it have a fraction? */
  readonly fraction?: true;
}

/** What a text, or each item of a list, must look like. */
interface Format {
  readonly pattern: RegExp;
  /** The same in words: "an origin, such as https://chat.example". */
  readonly words: string;
}

export interface TextSetting extends Described {
  readonly kind: "text";
  readonly defaultValue: string;
  readonly format: Format;
}

/** A text that is never shown, not even when it is wrong. */
export interface SecretSetting extends Described {
  readonly kind: "secret";
  readonly defaultValue: "";
  readonly format: Format;
}

/** Items separated by commas or blanks; `-` alone is a list without any. */
export interface ListSetting extends Described {
  readonly kind: "list";
  readonly defaultValue: readonly string[];
  readonly format: Format;
}

export interface ChoiceSetting extends Described {
  readonly kind: "choice";
  readonly defaultValue: string;
  readonly choices: readonly string[];
}

export type Setting =
  | NumberSetting
  | TextSetting
  | SecretSetting
  | ListSetting
  | ChoiceSetting;

/** The value that a setting has once it is read. */
export type ValueOf<S extends Setting> = S extends NumberSetting
  ? number
  : S extends ListSetting
    ? readonly string[]
    : S extends ChoiceSetting
      ? S["choices"][number]
      : string;

export type Value = number | string | readonly string[];

/** @returns null if it is not one that the setting takes */
export function readSetting(setting: Setting, given: unknown): Value | null {
  switch (setting.kind) {
    case "number": {
      const value = typeof given === "string" ? Number(given) : given;
      return isInRange(value, setting) ? value : null;
    }
    case "text":
    case "secret": {
      if (typeof given !== "string") return null;
      const text = given.trim();
      return setting.format.pattern.test(text) ? text : null;
    }
    case "list": {
      const items = itemsOf(given);
      return items?.every((item) => setting.format.pattern.test(item))
        ? items
        : null;
    }
    case "choice":
      return setting.choices.find((one) => one === given) ?? null;
    default:
      return setting satisfies never;
  }
}

/** Whether it counts as not given: `Number(" ")` would be 0. */
export function isBlank(given: unknown): boolean {
  return (
    given === undefined || (typeof given === "string" && given.trim() === "")
  );
}

function isInRange(value: unknown, setting: NumberSetting): value is number {
  return (
    typeof value === "number" &&
    value >= setting.min &&
    value <= setting.max &&
    (setting.fraction === true || Number.isInteger(value))
  );
}

/** In wrangler.toml a list may be written as one. */
function itemsOf(given: unknown): readonly string[] | null {
  if (given === "-") return [];
  if (typeof given === "string")
    return given.split(/[\s,]+/).filter((item) => item !== "");
  if (!Array.isArray(given)) return null;
  return given.every((item) => typeof item === "string") ? given : null;
}

/** `NAME="value": what it may be (what it is)`. */
export function invalidSettingMessage(
  name: string,
  setting: Setting,
  given: unknown,
): string {
  const shown =
    setting.kind === "secret" ? name : `${name}=${JSON.stringify(given)}`;
  return `${shown}: ${allowedValues(setting)} (${setting.description})`;
}

function allowedValues(setting: Setting): string {
  switch (setting.kind) {
    case "number": {
      const kind = setting.fraction ? "a number" : "a whole number";
      return `${kind} from ${setting.min} to ${setting.max}`;
    }
    case "text":
    case "secret":
      return setting.format.words;
    case "list":
      return `a list, by commas, each ${setting.format.words}`;
    case "choice":
      return setting.choices.join(" or ");
    default:
      return setting satisfies never;
  }
}
