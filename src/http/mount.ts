// Mount path: finds the path below which another app has mounted this one, such as /chat, in the request itself.
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
