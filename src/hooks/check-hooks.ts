// Check hooks: the options of createChat that concern hooks are checked at the start.
import * as v from "valibot";
import { CommandNameSchema } from "../protocol/client-frames.ts";
import { COMMAND_WORDS } from "../protocol/line-grammar.ts";
import { SettingsError } from "../protocol/settings.ts";
import { TIMEOUT_MAX_MS } from "./hook-runner.ts";
import type { Hooks, TimedHook } from "./hooks.ts";
import { nearestName } from "./nearest-name.ts";

/** The names of commands that one app may have. */
const COMMANDS_MAX = 100;

const CALLBACKS = [
  ...(["onConnect", "onJoin", "onMessage", "onPrivate", "onLeave"] as const),
  "onEvents",
] as const;

/** Options with such names are about hooks. */
const OPTIONS = [
  ...[...CALLBACKS, "onCommand", "timeouts", "onTimeout", "issuer"],
];
const TIMED: readonly TimedHook[] = [
  ...(["onConnect", "onJoin", "onMessage", "onPrivate", "onCommand"] as const),
];
/** A misspelled name has so many wrong letters at most. */
const WRONG_LETTERS = 3;

interface CheckedOptions
  extends Pick<Hooks, "timeouts" | "onTimeout" | "issuer"> {
  readonly onCommand?: object;
}

/**
 * @throws SettingsError if a hook is no function or has an unknown name, a
 * timeout is out of its range, or `onTimeout` unknown
 */
export function checkHooks(
  hooks: CheckedOptions & {
    readonly [Name in (typeof CALLBACKS)[number]]?: unknown;
  },
): void {
  for (const name of Object.keys(hooks)) checkName(name);
  for (const name of CALLBACKS) checkFunction(name, hooks[name]);
  for (const [hook, ms] of Object.entries(hooks.timeouts ?? {})) {
    if (!TIMED.some((name) => name === hook))
      refuseName(`timeouts.${hook}`, hook, TIMED);
    if (!(typeof ms === "number" && ms >= 1 && ms <= TIMEOUT_MAX_MS))
      throw new SettingsError(
        `Wrong settings. timeouts.${hook}=${ms}: milliseconds from 1 to ${TIMEOUT_MAX_MS}.`,
      );
  }
  const { onTimeout = "deny", issuer } = hooks;
  if (issuer !== undefined && !/^\S{1,256}$/.test(issuer))
    throw new SettingsError(
      `Wrong settings. issuer=${issuer}: 1 to 256 characters, no blanks.`,
    );
  if (onTimeout !== "deny" && onTimeout !== "allow")
    throw new SettingsError(
      `Wrong settings. onTimeout=${onTimeout}: deny or allow.`,
    );
  const names = Object.keys(hooks.onCommand ?? {});
  if (names.length > COMMANDS_MAX)
    throw new SettingsError(
      `Wrong settings. onCommand: at most ${COMMANDS_MAX} commands.`,
    );
  for (const [name, command] of Object.entries(hooks.onCommand ?? {})) {
    checkFunction(`onCommand.${name}`, command ?? null);
    if (!v.is(CommandNameSchema, name) || isBuiltIn(name))
      throw new SettingsError(
        `Wrong settings. onCommand.${name}: 1 to 32 letters, digits, _ or -, and not the name of a command that clients have.`,
      );
  }
}

/** In plain JavaScript no type tells that a hook is never called. */
function checkName(name: string): void {
  if (OPTIONS.includes(name)) return;
  // Other options are not about hooks: they are nearly no name of a hook.
  const isHook = /^on[A-Z]/.test(name);
  if (isHook || nearestName(name, OPTIONS).changes <= 1)
    refuseName(name, name, OPTIONS);
}

/** @throws SettingsError with the name that was probably meant */
function refuseName(
  path: string,
  name: string,
  known: readonly string[],
): never {
  const nearest = nearestName(name, known);
  const advice =
    nearest.changes <= WRONG_LETTERS
      ? `${nearest.name} was probably meant`
      : `the names are ${known.join(", ")}`;
  throw new SettingsError(
    `Wrong settings. ${path}: there is no such hook or option; ${advice}.`,
  );
}

function checkFunction(name: string, hook: unknown): void {
  if (hook !== undefined && typeof hook !== "function")
    throw new SettingsError(`Wrong settings. ${name}: a function.`);
}

function isBuiltIn(name: string): boolean {
  return COMMAND_WORDS.some((word) => word === name);
}
