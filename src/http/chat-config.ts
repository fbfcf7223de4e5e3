// Chat configuration: reads the settings, the admin secret and the keys for app tokens from one set of values.
import { COMMAND_WORDS } from "../protocol/line-grammar.ts";
import {
  readSettings,
  type Settings,
  SettingsError,
} from "../protocol/settings.ts";
import type { DataSchemas } from "../protocol/standard-schema.ts";
import { readAdminSecret } from "./admin-secret.ts";
import { type AppTokens, createAppTokens } from "./app-tokens.ts";
import { ServerKeys } from "./server-keys.ts";
import { startWarnings } from "./start-warnings.ts";

/** The configuration of one chat. Two chats in one process share nothing. */
export interface ChatConfig {
  readonly settings: Settings;
  /** The bearer token for /admin. Without it there are no admin routes. */
  readonly adminSecret: string | null;
  /** The one before, which is good too while it is being replaced. */
  readonly oldAdminSecret: string | null;
  /** The bearer token for /metrics alone; the one for /admin opens it too. */
  readonly metricsSecret: string | null;
  readonly appTokens: AppTokens;
  /** Of the setting API_KEYS. */
  readonly keys: ServerKeys;
  /** The lines that the host logs once, when the chat starts. */
  readonly warnings: readonly string[];
  /** The app's schemas for data; absent: it has none. */
  readonly schemas?: DataSchemas;
}

/**
 * Reads a configuration from settings by their names. Other names are ignored.
 *
 * @param usesCookies the app finds users by the cookies of their requests
 * @throws SettingsError with the name of each wrong setting
 */
export function readChatConfig(
  given: Readonly<Record<string, unknown>>,
  usesCookies = false,
): ChatConfig {
  const settings = checkArguments(given, usesCookies);
  const { WEBHOOK_URL, WEBHOOK_SECRET, WEBHOOK_COMMANDS } = settings;
  const builtIn = WEBHOOK_COMMANDS.find((name) =>
    COMMAND_WORDS.some((word) => word === name),
  );
  if (builtIn !== undefined)
    throw new SettingsError(
      `Wrong settings. WEBHOOK_COMMANDS=${builtIn}: clients have that command themselves.`,
    );
  if (WEBHOOK_URL.length > 0 && WEBHOOK_SECRET.length === 0)
    throw new SettingsError(
      "Wrong settings. WEBHOOK_URL: with WEBHOOK_SECRET, since each request is signed.",
    );
  return {
    settings,
    adminSecret: readAdminSecret(given.ADMIN_SECRET),
    oldAdminSecret: readAdminSecret(given.ADMIN_SECRET_OLD, "ADMIN_SECRET_OLD"),
    metricsSecret: readAdminSecret(given.METRICS_SECRET, "METRICS_SECRET"),
    appTokens: createAppTokens(settings, usesCookies),
    keys: new ServerKeys(settings.API_KEYS),
    warnings: startWarnings(settings, given, usesCookies),
  };
}

/**
 * Reads some settings, each for itself.
 *
 * @throws SettingsError with the name of each wrong setting
 */
export function checkArguments(
  given: Readonly<Record<string, unknown>>,
  usesCookies: boolean,
): Settings {
  const settings = readSettings(given);
  // The page of any site could speak in the name of its visitor.
  if (usesCookies && settings.ORIGINS.includes("*"))
    throw new SettingsError(
      "Wrong settings. ORIGINS=*: with onConnect a list of origins, since browsers send the user's cookies along.",
    );
  return settings;
}
