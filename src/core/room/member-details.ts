// Member details: a member is shown to clients with the data that the app gives its user, and with the role.
import type { Role } from "../../protocol/roles.ts";
import type { MemberDetails } from "../../protocol/server-frames.ts";
import type { Member } from "./connection.ts";

/** The member as clients see it, with its data, and its role if there is one. */
export function detailsOf(
  { user, username, data }: Member,
  role: Role | null,
): MemberDetails {
  return {
    ...{ user, username, ...dataField(data) },
    ...(role !== null && { role }),
  };
}

/** @param data its JSON text */
export function dataField(data: string | null): { data?: unknown } {
  return data === null ? {} : { data: JSON.parse(data) };
}
