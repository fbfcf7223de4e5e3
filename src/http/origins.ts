// Whose pages may use this server: its own, those that a setting lists, and on this machine those of this machine.
import type { Settings } from "../protocol/settings.ts";
import { isListedHost, isLocalName } from "./allowed-hosts.ts";

/** Of a header that anybody can send, this much is repeated. */
const SHOWN_CHARACTERS_MAX = 100;

type Rules = Pick<Settings, "ORIGINS" | "ORIGIN_REQUIRED"> &
  Partial<Pick<Settings, "ALLOWED_HOSTS">>;

/**
 * May a page of this origin use the server that was reached at this URL?
 *
 * @param origin as a browser says it: RFC 6454, section 6.2
 */
export function isAllowedOrigin(
  { ORIGINS, ALLOWED_HOSTS = [] }: Rules,
  origin: string,
  url: string,
): boolean {
  const own = new URL(url);
  const page = URL.canParse(origin) ? new URL(origin) : null;
  // Whatever the scheme: a proxy may have taken the TLS away.
  if (page !== null && /^https?:$/.test(page.protocol)) {
    if (withoutPort(page.host) === withoutPort(own.host)) return true;
    // A proxy may ask for the server by another name than it was asked for.
    if (isDefaultPort(page) && isListedHost(ALLOWED_HOSTS, page.hostname))
      return true;
    if (isLoopback(page.hostname) && isLoopback(own.hostname)) return true;
  }
  return ORIGINS.some((listed) => matchesOrigin(listed.toLowerCase(), origin));
}

/** Why the request is refused, in words that name the setting; null: it is not. */
export function originRefusal(rules: Rules, request: Request): string | null {
  const origin = request.headers.get("Origin");
  if (origin !== null)
    return isAllowedOrigin(rules, origin, request.url)
      ? null
      : `Pages of ${origin.slice(0, SHOWN_CHARACTERS_MAX)} are not admitted here. The setting ORIGINS lists those that are.`;
  if (rules.ORIGIN_REQUIRED === "off") return null;
  // A page that reads from its own server says this instead.
  if (request.headers.get("Sec-Fetch-Site") === "same-origin") return null;
  return "Say your origin in the header Origin: the setting ORIGIN_REQUIRED is on.";
}

function matchesOrigin(listed: string, origin: string): boolean {
  if (listed === "*" || listed === origin) return true;
  const [scheme = "", domain] = listed.split("://*.");
  if (domain === undefined) return false;
  return origin.startsWith(`${scheme}://`) && origin.endsWith(`.${domain}`);
}

/** The port that the scheme implies is said by some, and left out by others. */
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
