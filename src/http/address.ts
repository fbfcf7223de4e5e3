// Who connects, as far as their address says: all of a network that one household has count as one.

/** Half of an IPv6 address: what providers hand out as one. */
const GROUPS = 4;

/** An IPv4 address as it is, an IPv6 one by its first 64 bits. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  // What "::" leaves out is zeros, up to the groups behind it.
  const behind = tail === undefined || tail === "" ? [] : tail.split(":");
  while (tail !== undefined && groups.length + behind.length < 2 * GROUPS)
    groups.push("0");
  const network = [...groups, ...behind].slice(0, GROUPS);
  return network.map((group) => group.replace(/^0+(?=.)/, "")).join(":");
}
