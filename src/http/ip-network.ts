// IP network: normalizes the spelling of IP addresses, and finds the network that an address belongs to.

/** Longer than any address with its port, brackets and zone. */
const TEXT_LENGTH_MAX = 100;
/** Half of an IPv6 address: providers give that much to one customer. */
const NETWORK_GROUPS = 4;
const GROUPS = 8;

/**
 * Normalizes an address: IPv4 to four numbers, IPv6 to eight groups. A port,
 * brackets, quotes, a zone and blanks are dropped. An IPv4 address inside an
 * IPv6 address is returned as IPv4.
 *
 * @returns null if the text is no address
 */
export function readAddress(text: string): string | null {
  if (text.length > TEXT_LENGTH_MAX) return null;
  const bare = withoutPort(unquoted(text.trim()));
  const octets = readOctets(bare);
  if (octets !== null) return octets.join(".");
  const groups = readGroups(bare.toLowerCase().replace(/%.*$/, ""));
  return groups === null
    ? null
    : (embeddedIpv4(groups) ?? formatGroups(groups));
}

/**
 * Returns an IPv4 address itself, and the first 64 bits of an IPv6 address. All
 * texts that are no address count as one network.
 */
export function networkOf(text: string): string {
  const address = readAddress(text);
  if (address === null) return "unknown";
  if (!address.includes(":")) return address;
  return address.split(":").slice(0, NETWORK_GROUPS).join(":");
}

/**
 * Returns the network of an address on the internet, as `networkOf` does; null
 * for loopback, private, shared and link-local addresses and other texts: many
 * people may be behind such a one, all those of a proxy.
 */
export function publicNetworkOf(text: string | null): string | null {
  const address = text === null ? null : readAddress(text);
  return address !== null && isPublic(address) ? networkOf(address) : null;
}

/** @param address as `readAddress` returns it */
function isPublic(address: string): boolean {
  // Addresses of the internet are in 2000::/3: RFC 4291, section 2.4.
  if (address.includes(":")) return /^[23][\da-f]{3}:/.test(address);
  const [a = 0, b = 0] = address.split(".").map(Number);
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100) return b < 64 || b > 127;
  if (a === 172) return b < 16 || b > 31;
  return !(a === 169 && b === 254) && !(a === 192 && b === 168);
}

/** `"\[::1]"` as RFC 7239 has it: `[::1]`. */
function unquoted(text: string): string {
  const [, inner] = /^"(.*)"$/.exec(text) ?? [];
  return inner === undefined ? text : inner.replace(/\\(.)/g, "$1").trim();
}

function withoutPort(text: string): string {
  const [, inside] = /^\[([^\]]*)\](?::[\w.-]*)?$/.exec(text) ?? [];
  if (inside !== undefined) return inside.trim();
  return (
    text
      .replace(/(?<=^[^:]*|\.\d+):[\w.-]*$/, "")
      // No group of an IPv6 address has five digits: it is a port.
      .replace(/(?<=:[^:]*):\d{5}$/, "")
  );
}

function readOctets(text: string): readonly number[] | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  const octets = text.split(".").map(Number);
  return octets.every((octet) => octet <= 255) ? octets : null;
}

function readGroups(text: string): readonly number[] | null {
  const halves = text.split("::");
  if (halves.length > 2 || !text.includes(":")) return null;
  // An IPv4 address stands at the end alone.
  if (halves.length === 2 && halves[0]?.includes(".")) return null;
  const [head = [], tail = []] = halves.map(readHalf);
  if (head === null || tail === null) return null;
  const gap = GROUPS - head.length - tail.length;
  // "::" stands for zeros.
  const fits = halves.length === 2 ? gap >= 1 : gap === 0;
  return fits ? [...head, ...new Array<number>(gap).fill(0), ...tail] : null;
}

/**
 * Groups with colons between; the last one may be an IPv4 address, which counts
 * as two.
 */
function readHalf(text: string): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    const octets = i === parts.length - 1 ? readOctets(part) : null;
    if (octets !== null) {
      const [a = 0, b = 0, c = 0, d = 0] = octets;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[\da-f]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return null;
    }
  }
  return groups;
}

function formatGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(":");
}

/**
 * Prefixes of IPv6 addresses that hold an IPv4 address from the group `at` on.
 */
const EMBEDDINGS: readonly { start: string; at: number; flip?: true }[] = [
  // Mapped (RFC 4291) and translated (SIIT, RFC 2765).
  { start: "0:0:0:0:0:ffff:", at: 6 },
  { start: "0:0:0:0:ffff:0:", at: 6 },
  // The well-known prefix of translators: RFC 6052.
  { start: "64:ff9b:0:0:0:0:", at: 6 },
  // 6to4, one site for each IPv4 address: RFC 3056.
  { start: "2002:", at: 1 },
  // Teredo inverts all bits: RFC 4380.
  { start: "2001:0:", at: 6, flip: true },
];

function embeddedIpv4(groups: readonly number[]): string | null {
  const text = formatGroups(groups);
  const found = EMBEDDINGS.find(({ start }) => text.startsWith(start));
  if (found === undefined) return null;
  const { at, flip } = found;
  return groups
    .slice(at, at + 2)
    .map((group) => (flip ? group ^ 0xffff : group))
    .flatMap((group) => [group >> 8, group & 255])
    .join(".");
}
