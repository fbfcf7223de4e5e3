// Client address: takes it from the connection, or from the header that the proxy in front sets.
import { readAddress } from "../http/ip-network.ts";

/**
 * Returns the client's address, normalized.
 *
 * @param remote the other end of the connection
 * @param header the header that the proxy sets; empty: there is no proxy. The
 * last entry of a list counts: the proxy added it, and a client can send the
 * entries before it. If that entry is no address, all clients of the proxy
 * count as one.
 */
export function clientAddress(
  request: Request,
  remote: string,
  header: string,
): string {
  const value = header === "" ? null : request.headers.get(header);
  if (value === null) return remote;
  const entry =
    header.toLowerCase() === "forwarded"
      ? lastForwarded(value)
      : value.split(",").at(-1);
  return readAddress(entry ?? "") ?? remote;
}

/** Returns `for` of the last element of a Forwarded header: RFC 7239. */
function lastForwarded(forwarded: string): string | undefined {
  const element = split(forwarded, ",").at(-1) ?? "";
  for (const pair of split(element, ";")) {
    const [, value] = /^\s*for\s*=(.*)$/i.exec(pair) ?? [];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Splits outside of quotes only. */
function split(text: string, at: "," | ";"): string[] {
  const part =
    at === ","
      ? /(?:"(?:\\.|[^"\\])*"|[^,"])+/g
      : /(?:"(?:\\.|[^"\\])*"|[^;"])+/g;
  return text.match(part) ?? [];
}
