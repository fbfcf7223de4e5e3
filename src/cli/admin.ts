// Admin: `edge-chat admin` asks a server for something that only its operator may do, by its admin secret.
import { jsonLines, linesOf } from "./admin-answer.ts";
import type { AdminOptions, AdminRequest } from "./admin-commands.ts";
import { pageAfter } from "./admin-room-commands.ts";
import { safeText } from "./safe-text.ts";

/** How long the server may take. */
const TIMEOUT_MS = 30_000;

export interface AdminResult {
  readonly ok: boolean;
  /** To print, or why it failed. */
  readonly lines: string[];
  /** Asks for the next page; absent: this is the last one. */
  readonly next?: AdminRequest;
}

/**
 * Makes the request.
 *
 * @param isFirst no page of the same list came before
 */
export async function runAdmin(
  { url, secret, request, json }: AdminOptions,
  isFirst = true,
): Promise<AdminResult> {
  const { method, path, body } = request;
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
  const { next } = answer;
  const lines = json ? jsonLines(answer) : linesOf(answer, isFirst);
  return {
    ...{ ok: true, lines: lines.map(safeText) },
    ...(request.isPaged &&
      typeof next === "string" && { next: pageAfter(request, next) }),
  };
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
