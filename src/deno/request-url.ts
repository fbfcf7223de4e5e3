// Request URL: builds the URL of a request from its target and its Host, and refuses malformed ones.
import type { IncomingMessage } from "node:http";

const HOST = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i;
/**
 * The absolute form of a target, which names the host too: RFC 9112, section
 * 3.2.2.
 */
const ABSOLUTE = /^https?:\/\/([^/?#]*)([^#]*)/i;
/** HTTP/1.0 has no Host. */
const NO_HOST = "localhost";

type Head = Pick<IncomingMessage, "url" | "httpVersion" | "headersDistinct">;

/**
 * Returns the URL of a request. No part of the Host gets into the path.
 *
 * @returns null if the target or the host is malformed, or if there are two
 * hosts
 */
export function readRequestUrl(head: Head): URL | null {
  const { url: target = "", httpVersion, headersDistinct } = head;
  const hosts =
    headersDistinct.host ?? (httpVersion === "1.0" ? [NO_HOST] : []);
  const [host = "", second] = hosts;
  if (second !== undefined || !HOST.test(host)) return null;
  const [, authority, rest = ""] = ABSOLUTE.exec(target) ?? [];
  if (authority !== undefined)
    return HOST.test(authority) ? parse(authority, rest) : null;
  return target.startsWith("/") ? parse(host, target) : null;
}

function parse(host: string, path: string): URL | null {
  const separator = path.startsWith("/") ? "" : "/";
  return URL.parse(`http://${host}${separator}${path}`);
}
