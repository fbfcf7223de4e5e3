// Start warnings: finds settings that are allowed but have an effect that operators may not expect.
import type { Settings } from "../protocol/settings.ts";

/**
 * Returns the lines that a host logs at its start.
 *
 * @param given the source of the settings: `-`, an empty list, shows that the
 * operator knows the effect
 */
export function startWarnings(
  settings: Settings,
  given: Readonly<Record<string, unknown>>,
): readonly string[] {
  const { JWT_ISSUER, GUESTS, PRIVATE_ROOMS } = settings;
  const isMeant = given.PRIVATE_ROOMS === "-";
  if (PRIVATE_ROOMS.length > 0 && JWT_ISSUER === "")
    return [
      "PRIVATE_ROOMS: nobody can enter these rooms without JWT_ISSUER, since only an app's token opens them.",
    ];
  if (JWT_ISSUER !== "" && GUESTS === "on" && PRIVATE_ROOMS.length === 0)
    return isMeant
      ? []
      : [
          "JWT_ISSUER: guests can enter and read every room, also those that a token lists in rooms. PRIVATE_ROOMS names the rooms that only such a token opens; GUESTS=off keeps guests out of all; PRIVATE_ROOMS=- says that this is meant.",
        ];
  return [];
}
