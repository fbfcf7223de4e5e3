// Where a request comes from: the other end of its connection, or what the proxy in front says.

/**
 * The address of the client.
 *
 * @param remote the other end of the connection
 * @param header of the proxy in front, empty if there is none. Of a list the
 * last entry counts: it is the proxy's, those before are anybody's.
 */
export function clientAddress(
  request: Request,
  remote: string,
  header: string,
): string {
  if (header === "") return remote;
  const said = request.headers.get(header)?.split(",").at(-1)?.trim();
  return said || remote;
}
