// User data: the JSON that an app gives its user is bounded, belongs to the member, and is that of the newest connection.
import { dataBytes, isStorable } from "../../protocol/custom-data.ts";
import * as LIMITS from "../../protocol/limits.ts";
import type { Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";

/**
 * Checks data that the app gives its user, by a token or a hook. Wrong data is
 * logged and left out: the app's fault does not keep its user out.
 *
 * @returns its JSON text; null: there is none
 */
export function readUserData(
  { effects }: Pick<RoomContext, "effects">,
  data: unknown,
): string | null {
  if (data === undefined || data === null) return null;
  if (!isStorable(data)) {
    effects.logs.push({ event: "user data refused", code: "bad_request" });
    return null;
  }
  const bytes = dataBytes(data);
  if (bytes <= LIMITS.userDataBytesMax) return JSON.stringify(data);
  effects.logs.push({ event: "user data refused", code: "too_large", bytes });
  return null;
}

/**
 * Gives a member the data of the connection that has just joined. The
 * attachments of all connections of the member have it, so that the room knows
 * it after a sleep whichever of them is left.
 *
 * @returns true if it is another one than before
 */
export function setUserData(
  context: RoomContext,
  member: Member,
  data: string | null,
): boolean {
  if (member.data === data) return false;
  member.data = data;
  for (const connection of member.connections) context.persist(connection);
  return true;
}
