// Page headers: tells browsers what the page may load and which sites may embed it.
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/**
 * The security headers of the page, the same on every host.
 *
 * Text of users stays text: the document has no inline script or style, and no
 * string becomes markup (`trusted-types 'none'`).
 *
 * @param embedOrigins origins of the sites that may embed the page, or `*` for
 * any
 * @param avatarOrigins https origins of the pictures of users, or `*` for any.
 * The host of a picture learns the address of each reader, so the operator
 * names them
 */
export function pageHeaders(
  embedOrigins: readonly string[],
  avatarOrigins: readonly string[],
): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: [
        "'self'",
        // The star of CSP would allow http too.
        ...avatarOrigins.map((origin) => (origin === "*" ? "https:" : origin)),
      ],
      mediaSrc: ["'self'"],
      manifestSrc: ["'self'"],
      // This includes WebSockets of this server: CSP 3, section 6.7.2.8.
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'self'", ...embedOrigins],
      requireTrustedTypesFor: ["'script'"],
      trustedTypes: ["'none'"],
    },
    // X-Frame-Options can name one site at most; frame-ancestors replaces it.
    xFrameOptions: false,
    // Hono's default covers subdomains too, which belong to the operator.
    strictTransportSecurity: false,
  });
}
