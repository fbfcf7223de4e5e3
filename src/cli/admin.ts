// Admin: `edge-chat admin` names the owner of a room, and makes, lists, rotates and revokes the keys of a server, by its admin secret.
import { parseArgs } from "node:util";
import { safeText } from "./safe-text.ts";

/** One request of the admin. */
export interface AdminOptions {
  readonly url: string;
  readonly secret: string;
  readonly request: AdminRequest;
}

interface AdminRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below /admin/. */
  readonly path: string;
  readonly body?: object;
}

export type ParsedAdmin =
  | { readonly kind: "admin"; readonly options: AdminOptions }
  | { readonly kind: "help" }
  | { readonly kind: "invalid"; readonly message: string };

/** How long the server may take. */
const TIMEOUT_MS = 30_000;

export const ADMIN_USAGE = `Usage: edge-chat admin owner ROOM NAME
       edge-chat admin keys list
       edge-chat admin keys make ID --scopes publish,read [--rooms a,b-*]
       edge-chat admin keys rotate ID
       edge-chat admin keys revoke ID [--old]

  --url URL   the server (EDGE_CHAT_URL; default http://localhost:8787)

owner makes a user the owner of a room: one who is in the room, or who wrote
there under that name. The name must be registered, or come from an app.

ADMIN_SECRET in the environment is the secret of the server. make and rotate
print a key once: nobody can read it again. After rotate the key before is good
too, until revoke --old or the next rotate. A server may take a minute to hear
of a key that ends.
`;

/** @param args after the word admin */
export function parseAdmin(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  defaultUrl: string,
): ParsedAdmin {
  let parsed: ReturnType<typeof parseArguments>;
  try {
    parsed = parseArguments(args);
  } catch (error) {
    return invalid(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: "help" };
  const request = readRequest(positionals, values);
  if (typeof request === "string") return invalid(request);
  const secret = env.ADMIN_SECRET ?? "";
  if (!/^[\x21-\x7e]+$/.test(secret))
    return invalid("ADMIN_SECRET must be in the environment.");
  const url = values.url ?? env.EDGE_CHAT_URL ?? defaultUrl;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return invalid(`--url ${url} is not a URL like https://chat.example`);
  return { kind: "admin", options: { url, secret, request } };
}

/** @returns a text that says what is wrong */
function readRequest(
  [group, verb, id, ...others]: readonly string[],
  { scopes, rooms, old }: { scopes?: string; rooms?: string; old?: boolean },
): AdminRequest | string {
  if (group === "owner")
    return verb === undefined || id === undefined || others.length > 0
      ? "owner takes a room and a name."
      : {
          ...{
            method: "POST",
            path: `rooms/${encodeURIComponent(verb)}/moderate`,
          },
          body: { action: "role", role: "owner", username: id },
        };
  if (group !== "keys") return "admin takes the word owner or keys.";
  if (others.length > 0) return `Unexpected arguments: ${others.join(" ")}`;
  if (verb === "list" && id === undefined)
    return { method: "GET", path: "keys" };
  if (id === undefined || verb === "list")
    return "keys takes list, make ID, rotate ID or revoke ID.";
  const path = `keys/${encodeURIComponent(id)}`;
  switch (verb) {
    case "make":
      if (scopes === undefined) return "make needs --scopes publish,read";
      return {
        ...{ method: "POST", path: "keys" },
        body: {
          ...{ id, scopes: words(scopes) },
          ...(rooms !== undefined && { rooms: words(rooms) }),
        },
      };
    case "rotate":
      return { method: "POST", path: `${path}/rotate` };
    case "revoke":
      return { method: "DELETE", path: old ? `${path}/old` : path };
    default:
      return "keys takes list, make ID, rotate ID or revoke ID.";
  }
}

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

/** A list has a line for each key; a new key has one line, for a pipe. */
function linesOf(answer: Readonly<Record<string, unknown>>): string[] {
  if (typeof answer.key === "string") return [answer.key];
  const { keys, setting } = answer;
  return [
    ...(Array.isArray(keys) ? keys.map((key) => keyLine(key, "")) : []),
    ...(Array.isArray(setting)
      ? setting.map((key) => keyLine(key, " (API_KEYS)"))
      : []),
  ];
}

function keyLine(
  { id, scopes, rooms, made }: Readonly<Record<string, unknown>>,
  from: string,
): string {
  const granted = Array.isArray(scopes) ? scopes.join("+") : "";
  const where = Array.isArray(rooms) ? `@${rooms.join("+")}` : "";
  const at = typeof made === "number" ? ` ${new Date(made).toISOString()}` : "";
  return `${id}:${granted}${where}${at}${from}`;
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

function words(list: string): string[] {
  return list.split(/[\s,+]+/).filter(Boolean);
}

function parseArguments(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: "string" },
      scopes: { type: "string" },
      rooms: { type: "string" },
      old: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
}

function invalid(message: string): ParsedAdmin {
  return { kind: "invalid", message };
}
