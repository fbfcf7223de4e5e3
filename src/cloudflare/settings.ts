// The settings out of wrangler.toml, read as the Worker starts: a wrong one fails the start, by name.
import { env } from "cloudflare:workers";
import { readSettings } from "../protocol/limits.ts";

export const settings = readSettings({ ...env });
