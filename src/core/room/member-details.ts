// Member details: a member is shown to clients with the data that the app gives its user.
import type { MemberDetails } from "../../protocol/server-frames.ts";
import type { Member } from "./connection.ts";

/** The member as clients see it, with its data. */
export function detailsOf({ user, username, data }: Member): MemberDetails {
  return { user, username, ...dataField(data) };
}

/** @param data its JSON text */
export function dataField(data: string | null): { data?: unknown } {
  return data === null ? {} : { data: JSON.parse(data) };
}
