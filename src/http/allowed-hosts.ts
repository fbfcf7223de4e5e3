// Host names: those by which a server may be reached, so that nobody's own name for this machine opens it to their page.
import type { Settings } from "../protocol/settings.ts";

type Rules = Pick<Settings, "ALLOWED_HOSTS">;

/** Of a header that anybody can send, this much is repeated. */
const SHOWN_CHARACTERS_MAX = 100;

/**
 * Why a request for this host is refused, in words that name the setting;
 * null: it is not. A name that a stranger owns may lead to 127.0.0.1, and a
 * page of that name would then be the server's own (DNS rebinding).
 *
 * @param isDirect nothing in front of the server has chosen the host
 */
export function hostRefusal(
  { ALLOWED_HOSTS }: Rules,
  url: string,
  isDirect: boolean,
): string | null {
  const { hostname, username } = new URL(url);
  // A Host has no user in front of it: workerd reads one into the URL.
  if (username !== "") return "The Host of this request is malformed.";
  if (isLocalName(hostname) || isIpAddress(hostname)) return null;
  if (ALLOWED_HOSTS.length === 0 && !isDirect) return null;
  if (ALLOWED_HOSTS.some((listed) => matchesHost(listed, hostname)))
    return null;
  return `This server does not know itself as ${hostname.slice(0, SHOWN_CHARACTERS_MAX)}. The setting ALLOWED_HOSTS lists the names it is reached by.`;
}

/** Does an entry of ALLOWED_HOSTS fit the name? */
function matchesHost(listed: string, hostname: string): boolean {
  if (listed === "*") return true;
  const [name, entry] = [normalized(hostname), normalized(listed)];
  // A wildcard is for the names below it.
  return entry.startsWith("*.")
    ? name.endsWith(entry.slice(1))
    : name === entry;
}

/** Is the name listed as it stands, by no wildcard? */
export function isListedHost(
  ALLOWED_HOSTS: readonly string[],
  hostname: string,
): boolean {
  return ALLOWED_HOSTS.some(
    (listed) => normalized(listed) === normalized(hostname),
  );
}

/** A name is the same in capitals, and with the dot of the root. */
function normalized(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** Browsers look these names up on their own machine alone. */
export function isLocalName(hostname: string): boolean {
  return /^(.+\.)?localhost\.?$/.test(hostname);
}

/** An IP address, in a URL's one spelling: nobody else's name leads to it. */
export function isIpAddress(hostname: string): boolean {
  return /^(\d+\.\d+\.\d+\.\d+|\[[\da-f:.]+\])$/.test(hostname);
}
