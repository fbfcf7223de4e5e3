// Removal record: keeps why and until when a moderator has removed the user from a room, and finds the one that an error is about.

export interface Removal {
  readonly action: "kick" | "ban";
  /** In ms since 1970; null: no end. */
  readonly until: number | null;
  readonly reason: string | null;
  /** The moderator's name; null: not known. */
  readonly by: string | null;
}

/** What the server tells whom it does not let in. */
interface RefusalInfo {
  readonly code: string;
  readonly until?: number | undefined;
}

/** A kick ends after this time, if the server does not say when. */
const KICK_MS = 60_000;

/**
 * What is known of the removal, if it is the one that the server tells.
 *
 * @param known the newest one that this browser has heard of
 */
export function matchRemoval(
  known: Removal | null,
  error: RefusalInfo | null,
  now: number,
): Removal {
  const isKick = error?.code === "kicked";
  const until = error?.until ?? null;
  const isSame = known !== null && (isKick || known.until === until);
  if (isSame) return known;
  return {
    action: isKick ? "kick" : "ban",
    until: isKick ? (until ?? now + KICK_MS) : until,
    ...{ reason: null, by: null },
  };
}

/** @returns null for another format */
export function readRemoval(json: string | null): Removal | null {
  try {
    const { action, until, reason, by } = JSON.parse(json ?? "null") ?? {};
    if (action !== "kick" && action !== "ban") return null;
    return {
      action,
      until: typeof until === "number" ? until : null,
      reason: typeof reason === "string" ? reason : null,
      by: typeof by === "string" ? by : null,
    };
  } catch {
    return null;
  }
}
