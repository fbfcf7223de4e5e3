// Where a request comes from: the other end of its connection, or what the proxy in front says.
import { readAddress } from "../http/ip-network.ts";

/**
 * The address of the client, in one spelling.
 *
 * @param remote the other end of the connection
 * @param header of the proxy in front, empty if there is none. Of a list the
 * last entry counts: it is the proxy's, those before are anybody's. Where that
 * is no address, all who come by the proxy are one.
 */
export function clientAddress(
  request: Request,
  remote: string,
  header: string,
): string {
  const said = header === "" ? null : request.headers.get(header);
  if (said === null) return remote;
  const entry =
    header.toLowerCase() === "forwarded"
      ? lastForwarded(said)
      : said.split(",").at(-1);
  return readAddress(entry ?? "") ?? remote;
}

/** `for` of the last element of a Forwarded header: RFC 7239. */
function lastForwarded(said: string): string | undefined {
  const element = split(said, ",").at(-1) ?? "";
  for (const pair of split(element, ";")) {
    const [, value] = /^\s*for\s*=(.*)$/i.exec(pair) ?? [];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Splits, but not inside quotes. */
function split(text: string, at: "," | ";"): string[] {
  const part =
    at === ","
      ? /(?:"(?:\\.|[^"\\])*"|[^,"])+/g
      : /(?:"(?:\\.|[^"\\])*"|[^;"])+/g;
  return text.match(part) ?? [];
}
