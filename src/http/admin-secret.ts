// Admin secret: checks if a request may use /admin, by the secret that the server was started with.
import { SettingsError } from "../protocol/settings.ts";
import { equalBytes, sha256 } from "./sha256.ts";

const LENGTH_MIN = 16;

/**
 * Reads the setting ADMIN_SECRET, or another secret of the operator; null if it
 * is not set.
 *
 * @throws SettingsError if it is too short, or cannot be sent as a bearer token
 */
export function readAdminSecret(
  given: unknown,
  name = "ADMIN_SECRET",
): string | null {
  if (given === undefined || given === "") return null;
  if (typeof given === "string" && /^[\x21-\x7e]+$/.test(given))
    if (given.length >= LENGTH_MIN) return given;
  // The message must not quote the secret, since it ends up in a log.
  throw new SettingsError(
    `Wrong settings. ${name}: ${LENGTH_MIN} printable ASCII characters or more, no blanks.`,
  );
}

/**
 * Compares hashes to the end, so that the time tells nothing about the secret.
 */
export async function isAdmin(
  request: Request,
  secret: string,
): Promise<boolean> {
  const [, sent = ""] =
    /^Bearer +(\S+)$/i.exec(request.headers.get("Authorization") ?? "") ?? [];
  const [ours, theirs] = await Promise.all([sha256(secret), sha256(sent)]);
  return equalBytes(ours, theirs);
}
