// Static files: serves the page and its files from memory, with the headers of the _headers file.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
const HEADERS_FILE = "_headers";
const INDEX_FILE = "index.html";

interface StaticFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Headers;
}

export class StaticFiles {
  /** By path, as in "/style.css"; "/" is the page, which has no other path. */
  readonly #files = new Map<string, StaticFile>();

  /** Reads all files of the folder. */
  constructor(folder: string) {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
    const rules = names.includes(HEADERS_FILE)
      ? readRules(readFileSync(join(folder, HEADERS_FILE), "utf8"))
      : [];
    for (const name of names) {
      const path = name === INDEX_FILE ? "/" : `/${name.split(sep).join("/")}`;
      const body = new Uint8Array(readFileSync(join(folder, name)));
      const headers = new Headers({
        "Content-Type":
          CONTENT_TYPES[extname(name)] ?? "application/octet-stream",
        "Cache-Control": "public, max-age=0, must-revalidate",
        ETag: `"${createHash("sha256").update(body).digest("base64url")}"`,
      });
      for (const rule of rules)
        if (rule.matches(path)) headers.set(rule.name, rule.value);
      if (name !== HEADERS_FILE) this.#files.set(path, { body, headers });
    }
  }

  /**
   * Returns a file; null if there is no such file.
   *
   * @param path "/" is the page
   */
  get(path: string, { method, headers: requested }: Request): Response | null {
    const file = this.#files.get(path);
    if (file === undefined || (method !== "GET" && method !== "HEAD"))
      return null;
    const { body, headers } = file;
    if (requested.get("If-None-Match") === headers.get("ETag"))
      return new Response(null, { status: 304, headers });
    return new Response(method === "HEAD" ? null : body, { headers });
  }
}

interface HeaderRule {
  matches(path: string): boolean;
  readonly name: string;
  readonly value: string;
}

/**
 * Each rule is a path, in which `*` is anything, and indented headers below it.
 */
function readRules(text: string): HeaderRule[] {
  const rules: HeaderRule[] = [];
  let matches = (_: string) => false;
  for (const line of text.split("\n")) {
    const [, name, value] = /^\s+([\w-]+):\s*(.+?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined)
      rules.push({ matches, name, value });
    else if (line.startsWith("/")) matches = matcher(line.trim());
  }
  return rules;
}

function matcher(pattern: string): (path: string) => boolean {
  const [start = "", end] = pattern.split("*");
  return end === undefined
    ? (path) => path === pattern
    : (path) => path.startsWith(start) && path.endsWith(end);
}
