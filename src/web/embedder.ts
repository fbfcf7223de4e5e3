// Embedder: finds the origin of the site that shows the page in a frame; stored data is separate for each.

/**
 * - "": no other site, the page stands alone or in a frame of its own site
 * - null: an unknown site, for which nothing may be stored
 */
export const embedder: string | null = findEmbedder();

function findEmbedder(): string | null {
  if (window.parent === window) return "";
  const [nearest] = window.location.ancestorOrigins ?? [];
  const origin = originOf(nearest) ?? originOf(document.referrer);
  return origin === window.location.origin ? "" : origin;
}

/** Returns null for "null", the origin of a sandbox, and for an invalid URL. */
function originOf(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const { origin } = new URL(url);
  return origin === "null" ? null : origin;
}
