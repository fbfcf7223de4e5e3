// Setting kinds: defines the kinds of settings, parses their values, and describes wrong ones.

interface Described {
  /** A few words for the message about a wrong value and for the help. */
  readonly description: string;
}

export interface NumberSetting extends Described {
  readonly kind: "number";
  readonly defaultValue: number;
  readonly min: number;
  readonly max: number;
  /** A fraction is allowed. */
  readonly fraction?: true;
}

/** The format of a text, or of each item of a list. */
interface Format {
  readonly pattern: RegExp;
  /** The format in words: "an origin, such as https://chat.example". */
  readonly words: string;
}

export interface TextSetting extends Described {
  readonly kind: "text";
  readonly defaultValue: string;
  readonly format: Format;
}

/** A text that is never shown, not even if it is wrong. */
export interface SecretSetting extends Described {
  readonly kind: "secret";
  readonly defaultValue: "";
  readonly format: Format;
}

/** Items separated by commas or blanks. `-` alone is an empty list. */
export interface ListSetting extends Described {
  readonly kind: "list";
  readonly defaultValue: readonly string[];
  readonly format: Format;
  /** The list has at most so many items; absent: any number. */
  readonly itemsMax?: number;
}

/** A list whose items are never shown, not even if one is wrong. */
export interface SecretsSetting extends Described {
  readonly kind: "secrets";
  readonly defaultValue: readonly string[];
  readonly format: Format;
  readonly itemsMax?: number;
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
  | SecretsSetting
  | ChoiceSetting;

/** The type of a parsed setting. */
export type ValueOf<S extends Setting> = S extends NumberSetting
  ? number
  : S extends ListSetting | SecretsSetting
    ? readonly string[]
    : S extends ChoiceSetting
      ? S["choices"][number]
      : string;

export type Value = number | string | readonly string[];

/** @returns null if the setting does not allow the value */
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
    case "list":
    case "secrets": {
      const items = itemsOf(given);
      const { format, itemsMax = Number.POSITIVE_INFINITY } = setting;
      if (items === null || items.length > itemsMax) return null;
      return items.every((item) => format.pattern.test(item)) ? items : null;
    }
    case "choice":
      return setting.choices.find((one) => one === given) ?? null;
    default:
      return setting satisfies never;
  }
}

/** Blank counts as not set: `Number(" ")` would be 0. */
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

/** wrangler.toml may hold a list as an array. */
function itemsOf(given: unknown): readonly string[] | null {
  if (given === "-") return [];
  if (typeof given === "string")
    return given.split(/[\s,]+/).filter((item) => item !== "");
  if (!Array.isArray(given)) return null;
  return given.every((item) => typeof item === "string") ? given : null;
}

/** Builds `NAME="value": allowed values (description)`. */
export function invalidSettingMessage(
  name: string,
  setting: Setting,
  given: unknown,
): string {
  const isSecret = setting.kind === "secret" || setting.kind === "secrets";
  const shown = isSecret ? name : `${name}=${JSON.stringify(given)}`;
  return `${shown}: ${allowedValues(setting)} (${setting.description})`;
}

export function allowedValues(setting: Setting): string {
  switch (setting.kind) {
    case "number": {
      const kind = setting.fraction ? "a number" : "a whole number";
      return `${kind} from ${setting.min} to ${setting.max}`;
    }
    case "text":
    case "secret":
      return setting.format.words;
    case "list":
    case "secrets": {
      const { itemsMax } = setting;
      const bound = itemsMax === undefined ? "" : ` of at most ${itemsMax}`;
      return `a list${bound}, separated by commas, each ${setting.format.words}`;
    }
    case "choice":
      return setting.choices.join(" or ");
    default:
      return setting satisfies never;
  }
}
