// What browsers are told of the page: what it may load and who may show it in a frame.
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/**
 * The headers of the page, for every host.
 *
 * Whatever people write stays text: there is no script or style in the
 * document, and no string becomes markup (`trusted-types 'none'`).
 *
 * @param embedOrigins of the sites that may show it, or `*` for any
 */
export function pageHeaders(
  embedOrigins: readonly string[],
): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      mediaSrc: ["'self'"],
      manifestSrc: ["'self'"],
      // The WebSockets of this server too: CSP 3, section 6.7.2.8.
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'self'", ...embedOrigins],
      requireTrustedTypesFor: ["'script'"],
      trustedTypes: ["'none'"],
    },
    // It knows one site at most; frame-ancestors takes its place.
    xFrameOptions: false,
    // For subdomains too, as it is here by default, it is not ours to say.
    strictTransportSecurity: false,
  });
}
