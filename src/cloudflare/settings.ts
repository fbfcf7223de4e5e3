// Settings: read from wrangler.toml when the Worker starts; a wrong one stops the start and is named.
import { env } from "cloudflare:workers";
import { readAdminSecret } from "../http/admin-secret.ts";
import { createAppTokens } from "../http/app-tokens.ts";
import { startWarnings } from "../http/start-warnings.ts";
import { readSettings } from "../protocol/settings.ts";

const given: Readonly<Record<string, unknown>> = { ...env };

export const settings = readSettings(given);
export const adminSecret = readAdminSecret(given.ADMIN_SECRET);
export const appTokens = createAppTokens(settings);

for (const message of startWarnings(settings, given))
  console.log(JSON.stringify({ event: "warning", message }));
