// Hook user: the app sees a user with the public id, the kind of account, and the custom data.
import type { Role } from "../../protocol/roles.ts";
import type { HookUser } from "../shared/app-verdicts.ts";
import type { Member } from "./connection.ts";

/**
 * @param role of the user in the room; null: there is none
 * @param data the JSON text of the custom data; null: there is none
 */
export function hookUser(
  { user: id, username }: Pick<Member, "user" | "username">,
  kind: HookUser["kind"],
  role: Role | null,
  data: string | null,
): HookUser {
  const user = { id, username, kind, ...(role !== null && { role }) };
  return data === null ? user : { ...user, data: JSON.parse(data) };
}
