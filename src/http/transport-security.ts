// Strict-Transport-Security: browsers are told to use TLS where the request came by it, under a name that is public.
import type { MiddlewareHandler } from "hono";
import { isIpAddress, isLocalName } from "./allowed-hosts.ts";

/** 180 days. Of this host alone: names below it are the operator's. */
const POLICY = "max-age=15552000";

/**
 * Adds the header. Never on this machine, where other servers have other
 * ports of the same name; never without TLS, where browsers ignore it. Behind
 * a proxy that takes the TLS away it is the proxy's to add.
 */
export const transportSecurity: MiddlewareHandler = async (c, next) => {
  await next();
  const { protocol, hostname } = new URL(c.req.url);
  if (protocol !== "https:" || isLocalName(hostname) || isIpAddress(hostname))
    return;
  c.res.headers.set("Strict-Transport-Security", POLICY);
};
