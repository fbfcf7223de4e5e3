// Transport security: sets Strict-Transport-Security where a request came by TLS and under a public name.
import type { MiddlewareHandler } from "hono";
import { isIpAddress, isLocalName } from "./allowed-hosts.ts";

/** 180 days. Subdomains are left to the operator. */
const POLICY = "max-age=15552000";

/**
 * Adds the header. Not on localhost, where other servers use other ports of the
 * same name. Not without TLS, where browsers ignore it. A proxy that ends TLS
 * adds the header itself.
 */
export const transportSecurity: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.req.url.startsWith("https:")) return;
  const { hostname } = new URL(c.req.url);
  if (isLocalName(hostname) || isIpAddress(hostname)) return;
  c.res.headers.set("Strict-Transport-Security", POLICY);
};
