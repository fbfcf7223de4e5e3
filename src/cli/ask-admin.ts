// Ask admin: one request below /admin of a server, by its admin secret.
import type { AdminOptions } from "./admin-commands.ts";

/** How long the server may take. */
const TIMEOUT_MS = 30_000;

const NOT_SERVED =
  " The server has no ADMIN_SECRET, or its address has another path.";

export interface AdminAnswer {
  readonly ok: boolean;
  readonly body: Readonly<Record<string, unknown>>;
  /** Why it failed. */
  readonly wrong: string;
}

export async function askAdmin({
  url,
  secret,
  request: { method, path, body },
}: Pick<AdminOptions, "url" | "secret" | "request">): Promise<AdminAnswer> {
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
    return { ok: false, body: {}, wrong: `${url} does not answer.` };
  }
  const answer = readJson(text);
  const { detail } = answer;
  const why = typeof detail === "string" ? detail : "The request failed.";
  const more = isNotServed(response.status, why) ? NOT_SERVED : "";
  const wrong = `${response.status}: ${why}${more}${retryWords(response)}`;
  return { ok: response.ok, body: answer, wrong };
}

/** @returns when the server takes the request again, if it says so, as a sentence */
export function retryWords({ headers }: Response): string {
  const seconds = headers.get("Retry-After") ?? "";
  return /^\d{1,9}$/.test(seconds) ? ` Try again in ${seconds} s.` : "";
}

/** The server has no such request at all. */
function isNotServed(status: number, why: string): boolean {
  return status === 404 && why.startsWith("Nothing exists");
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
