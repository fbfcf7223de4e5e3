// User data: the JSON that an app gives its user is bounded, belongs to the member, and is that of the newest connection.
import { dataText } from "../../protocol/custom-data.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { checkData } from "../../protocol/standard-schema.ts";
import type { Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";

/**
 * Checks data that the app gives its user, by a token or a hook, also by the
 * app's schema. Wrong data is logged and left out: the app's fault does not keep
 * its user out.
 *
 * @returns its JSON text; null: there is none
 */
export function readUserData(
  { effects, schemas }: Pick<RoomContext, "effects" | "schemas">,
  data: unknown,
): string | null {
  if (data === undefined || data === null) return null;
  const refuse = (code: string) => {
    effects.logs.push({ event: "user data refused", code });
    return null;
  };
  const text = dataText(data, LIMITS.userDataBytesMax);
  if (text === null) return refuse("too_large");
  if (schemas.user === undefined) return text;
  const checked = checkData(schemas.user, JSON.parse(text));
  if ("fault" in checked) return refuse(checked.fault);
  if ("wrong" in checked) return refuse("bad_request");
  return dataText(checked.data, LIMITS.userDataBytesMax) ?? refuse("not_json");
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
