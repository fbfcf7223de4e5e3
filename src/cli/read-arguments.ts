// Read arguments: parses the words of one command by Node's parseArgs, and says what is wrong with them.
import { type ParseArgsConfig, parseArgs } from "node:util";

export interface Invalid {
  readonly kind: "invalid";
  readonly message: string;
}

type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * Parses options, and words that are none.
 *
 * @returns null and what is wrong, in words of parseArgs, where it is wrong
 */
export function readArguments<const Given extends Options>(
  args: readonly string[],
  options: Given,
) {
  try {
    const { values, positionals } = parseArgs({
      ...{ args: [...args], allowPositionals: true, options },
    });
    return { ok: true, values, positionals } as const;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, invalid: invalid(message) } as const;
  }
}

export function invalid(message: string): Invalid {
  return { kind: "invalid", message };
}

/** @returns null: there are none */
export function unexpected(others: readonly string[]): Invalid | null {
  return others.length > 0
    ? invalid(`Unexpected arguments: ${others.join(" ")}`)
    : null;
}

/** @param protocols such as http */
export function readUrl(
  url: string,
  protocols: readonly string[],
): Invalid | null {
  return URL.canParse(url) &&
    protocols.includes(new URL(url).protocol.slice(0, -1))
    ? null
    : invalid(`--url ${url} is not a URL like https://chat.example`);
}
