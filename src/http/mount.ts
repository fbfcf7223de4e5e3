// Mount path: finds the path at which another app mounts this one, and puts the path that a proxy strips into the page.
import type { Context } from "hono";
import { basePath } from "hono/route";

/**
 * Returns the path of the request below the mount. It is "/" for the mount path
 * itself, with or without a slash at its end.
 */
export function pathBelowMount(c: Context): string {
  const mount = basePath(c).replace(/\/$/, "");
  return c.req.path.slice(mount.length) || "/";
}

/**
 * Returns where the mount path without a slash at its end leads; null: it has
 * one. URLs in the page are relative, and relative to `/chat` they would not be
 * below it. This one is relative too: a proxy may serve everything below
 * another path.
 */
export function missingSlashLocation(c: Context): string | null {
  const { pathname, search } = new URL(c.req.url);
  const last = pathname.slice(pathname.lastIndexOf("/") + 1);
  return last === "" ? null : `./${last}/${search}`;
}

/**
 * Reads a base path, the path that a proxy in front strips from a request.
 *
 * @returns the path without a slash at its end, "" for none; null if it is not
 * a path
 */
export function readBasePath(text: string): string | null {
  const path = text.replace(/\/$/, "");
  return /^(\/[\w.~%-]+)*$/.test(path) ? path : null;
}

/**
 * Returns the page with URLs that have the base path. The proxy may show it at
 * `/chat` without a slash at its end, which the request does not tell.
 *
 * @param url of the request for the page, which ends with a slash
 */
export async function pageBelow(
  basePath: string,
  url: string,
  page: Response,
): Promise<Response> {
  const folder = (basePath + new URL(url).pathname).replaceAll("&", "&amp;");
  const html = await page.text();
  const headers = new Headers(page.headers);
  // They describe the file, which has other URLs.
  for (const name of ["ETag", "Last-Modified", "Content-Length"])
    headers.delete(name);
  return new Response(
    html.replaceAll(RELATIVE_URL, (start) => start + folder),
    { headers },
  );
}

/** The start of an attribute with a relative URL. */
const RELATIVE_URL = /\b(?:href|src)="(?![/#]|\w+:)/g;
