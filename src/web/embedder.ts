// Whether another site shows the page in a frame, and which: what is kept is kept apart for each.

/**
 * - "": none, the page stands alone or in a frame of its own site
 * - null: one that cannot be told, so that nothing may be kept for it
 */
export const embedder: string | null = findEmbedder();

function findEmbedder(): string | null {
  if (window.parent === window) return "";
  const [nearest] = window.location.ancestorOrigins ?? [];
  const origin = originOf(nearest) ?? originOf(document.referrer);
  return origin === window.location.origin ? "" : origin;
}

/** null for what is no site: "null", as a sandbox has it, or nothing. */
function originOf(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const { origin } = new URL(url);
  return origin === "null" ? null : origin;
}
