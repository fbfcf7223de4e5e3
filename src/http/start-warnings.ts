// Start warnings: finds settings that are allowed but have an effect that operators may not expect.
import type { Settings } from "../protocol/settings.ts";

/**
 * Returns the lines that a host logs at its start.
 *
 * @param given the source of the settings: `-`, an empty list, shows that the
 * operator knows the effect
 * @param knowsUsers the app knows users without tokens too
 */
export function startWarnings(
  settings: Settings,
  given: Readonly<Record<string, unknown>>,
  knowsUsers = false,
): readonly string[] {
  const { JWT_ISSUER, GUESTS, PRIVATE_ROOMS } = settings;
  const isMeant = given.PRIVATE_ROOMS === "-";
  if (PRIVATE_ROOMS.length > 0 && JWT_ISSUER === "" && !knowsUsers)
    return [
      "PRIVATE_ROOMS: nobody can join these rooms without JWT_ISSUER, since they need a token of the app.",
    ];
  if (JWT_ISSUER !== "" && GUESTS === "on" && PRIVATE_ROOMS.length === 0)
    return isMeant
      ? []
      : [
          "JWT_ISSUER: guests may join and read every room, even the rooms that a token lists. PRIVATE_ROOMS names the rooms that need such a token. GUESTS=off refuses all guests. PRIVATE_ROOMS=- confirms that guests may join every room.",
        ];
  return [];
}
