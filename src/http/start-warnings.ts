// Start warnings: settings that are allowed, and that do not do what people expect of them.
import type { Settings } from "../protocol/settings.ts";

/**
 * What a host logs at its start, a line each.
 *
 * @param given what the settings were read from: `-`, a list without any, says
 * that it is meant
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
