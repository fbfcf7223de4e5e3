// Origins: decides which web pages may use the server: its own, those that ORIGINS lists, and on localhost all of localhost.
import type { Settings } from "../protocol/settings.ts";
import { isListedHost, isLocalName } from "./allowed-hosts.ts";

/** This much of a client's header is repeated in a message. */
const SHOWN_CHARACTERS_MAX = 100;

type Rules = Pick<Settings, "ORIGINS" | "ORIGIN_REQUIRED"> &
  Partial<Pick<Settings, "ALLOWED_HOSTS">>;

/**
 * Tells whether a page of this origin may use the server at this URL.
 *
 * @param origin as browsers send it: RFC 6454, section 6.2
 */
export function isAllowedOrigin(
  { ORIGINS, ALLOWED_HOSTS = [] }: Rules,
  origin: string,
  url: string,
): boolean {
  const own = new URL(url);
  const page = URL.canParse(origin) ? new URL(origin) : null;
  // The scheme makes no difference: a proxy may end TLS.
  if (page !== null && /^https?:$/.test(page.protocol)) {
    if (withoutPort(page.host) === withoutPort(own.host)) return true;
    // A proxy may use another host name for the server than the page does.
    if (isDefaultPort(page) && isListedHost(ALLOWED_HOSTS, page.hostname))
      return true;
    if (isLoopback(page.hostname) && isLoopback(own.hostname)) return true;
  }
  return ORIGINS.some((listed) => matchesOrigin(listed.toLowerCase(), origin));
}

/**
 * Returns why the request is refused, in words that name the setting; null: it
 * is allowed.
 */
export function originRefusal(rules: Rules, request: Request): string | null {
  const origin = request.headers.get("Origin");
  if (origin !== null)
    return isAllowedOrigin(rules, origin, request.url)
      ? null
      : `Pages of ${origin.slice(0, SHOWN_CHARACTERS_MAX)} may not use this server. The setting ORIGINS lists the origins that may.`;
  if (rules.ORIGIN_REQUIRED === "off") return null;
  // Browsers send this instead of Origin when a page reads from its own server.
  if (request.headers.get("Sec-Fetch-Site") === "same-origin") return null;
  return "The header Origin is missing. The setting ORIGIN_REQUIRED demands it.";
}

function matchesOrigin(listed: string, origin: string): boolean {
  if (listed === "*" || listed === origin) return true;
  const [scheme = "", domain] = listed.split("://*.");
  if (domain === undefined) return false;
  return origin.startsWith(`${scheme}://`) && origin.endsWith(`.${domain}`);
}

/** Some clients send the default port, others leave it out. */
function withoutPort(host: string): string {
  return host.replace(/:(80|443)$/, "");
}

function isDefaultPort({ host, hostname }: URL): boolean {
  return withoutPort(host) === hostname;
}

function isLoopback(hostname: string): boolean {
  return (
    isLocalName(hostname) ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    hostname === "[::1]"
  );
}
