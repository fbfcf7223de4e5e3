// Allowed hosts: lists the host names of the server, so that a foreign name cannot be used for DNS rebinding.
import type { Settings } from "../protocol/settings.ts";

type Rules = Pick<Settings, "ALLOWED_HOSTS">;

/** This much of a client's header is repeated in a message. */
const SHOWN_CHARACTERS_MAX = 100;

/**
 * Returns why a request for this host is refused, in words that name the
 * setting; null: it is allowed. An attacker's name may lead to 127.0.0.1, and a
 * page of that name would then have the server's own origin (DNS rebinding).
 *
 * @param isDirect no route or proxy in front of the server has chosen the host
 */
export function hostRefusal(
  { ALLOWED_HOSTS }: Rules,
  url: string,
  isDirect: boolean,
): string | null {
  const { hostname, username } = new URL(url);
  // A Host has no user part, but workerd reads one into the URL.
  if (username !== "") return "The Host of this request is malformed.";
  if (isLocalName(hostname) || isIpAddress(hostname)) return null;
  if (ALLOWED_HOSTS.length === 0 && !isDirect) return null;
  if (ALLOWED_HOSTS.some((listed) => matchesHost(listed, hostname)))
    return null;
  return `${hostname.slice(0, SHOWN_CHARACTERS_MAX)} is not a host name of this server. The setting ALLOWED_HOSTS lists its host names.`;
}

/** Tells whether an entry of ALLOWED_HOSTS matches the name. */
function matchesHost(listed: string, hostname: string): boolean {
  if (listed === "*") return true;
  const [name, entry] = [normalized(hostname), normalized(listed)];
  // A wildcard matches subdomains only.
  return entry.startsWith("*.")
    ? name.endsWith(entry.slice(1))
    : name === entry;
}

/** Tells whether the name is listed itself, not by a wildcard. */
export function isListedHost(
  ALLOWED_HOSTS: readonly string[],
  hostname: string,
): boolean {
  return ALLOWED_HOSTS.some(
    (listed) => normalized(listed) === normalized(hostname),
  );
}

/** Case and the trailing dot of the root make no difference. */
function normalized(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** Browsers resolve these names to their own machine. */
export function isLocalName(hostname: string): boolean {
  return /^(.+\.)?localhost\.?$/.test(hostname);
}

/** An IP address in the spelling of URLs. Nobody else can own it as a name. */
export function isIpAddress(hostname: string): boolean {
  return /^(\d+\.\d+\.\d+\.\d+|\[[\da-f:.]+\])$/.test(hostname);
}
