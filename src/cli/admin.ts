// Admin: `edge-chat admin` asks a server for something that only its operator may do, by its admin secret.
import { linesOf } from "./admin-answer.ts";
import type { AdminOptions } from "./admin-commands.ts";
import { safeText } from "./safe-text.ts";

/** How long the server may take. */
const TIMEOUT_MS = 30_000;

/**
 * Makes the request.
 *
 * @returns the lines to print, or why it failed
 */
export async function runAdmin({
  url,
  secret,
  request: { method, path, body },
}: AdminOptions): Promise<{ ok: boolean; lines: string[] }> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(new URL(`admin/${path}`, withSlash(url)), {
      method,
      headers: {
        Authorization: `Bearer ${secret}`,
        ...(body !== undefined && { "Content-Type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // The secret is for this server alone.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch {
    return { ok: false, lines: [`${url} does not answer.`] };
  }
  const answer = readJson(text);
  if (!response.ok) {
    const { detail } = answer;
    const why = typeof detail === "string" ? detail : "The request failed.";
    return { ok: false, lines: [`${response.status}: ${safeText(why)}`] };
  }
  return { ok: true, lines: linesOf(answer).map(safeText) };
}

function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
