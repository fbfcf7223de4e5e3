// Strip path: passes a request to an app without the start of its path, as proxies such as Traefik do.

/** Returns the request with the rest of the path; "/" if nothing is left. */
export function stripPath(request: Request, start: string): Request {
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(start.length) || "/";
  return new Request(url, request);
}
