// Check hooks: the options of createChat that concern hooks are checked at the start.
import { SettingsError } from "../protocol/settings.ts";
import { TIMEOUT_MAX_MS } from "./hook-runner.ts";
import type { Hooks } from "./hooks.ts";

/** @throws SettingsError if a timeout is out of its range, or `onTimeout` unknown */
export function checkHooks(
  hooks: Pick<Hooks, "timeouts" | "onTimeout" | "issuer">,
): void {
  for (const [hook, ms] of Object.entries(hooks.timeouts ?? {}))
    if (!(typeof ms === "number" && ms >= 1 && ms <= TIMEOUT_MAX_MS))
      throw new SettingsError(
        `Wrong settings. timeouts.${hook}=${ms}: milliseconds from 1 to ${TIMEOUT_MAX_MS}.`,
      );
  const { onTimeout = "deny", issuer } = hooks;
  if (issuer !== undefined && !/^\S{1,256}$/.test(issuer))
    throw new SettingsError(
      `Wrong settings. issuer=${issuer}: 1 to 256 characters, no blanks.`,
    );
  if (onTimeout !== "deny" && onTimeout !== "allow")
    throw new SettingsError(
      `Wrong settings. onTimeout=${onTimeout}: deny or allow.`,
    );
}
