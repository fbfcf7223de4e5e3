// Admin room commands: the words after `edge-chat admin rooms` become one request below /admin/rooms.
import type { AdminRequest } from "./admin-commands.ts";

export interface RoomValues {
  readonly prefix?: string | undefined;
}

const ROOM_WORDS =
  "rooms takes list, show ROOM, close ROOM, open ROOM or delete ROOM.";
/** Each room on a page is asked for its figures. */
const PAGE = "50";

/** @returns a text that says what is wrong */
export function roomRequest(
  [verb, room, ...others]: readonly string[],
  { prefix }: RoomValues,
): AdminRequest | string {
  if (others.length > 0) return `Unexpected arguments: ${others.join(" ")}`;
  if (verb === "list" && room === undefined) {
    const query = new URLSearchParams({ figures: "true", limit: PAGE });
    if (prefix !== undefined) query.set("prefix", prefix);
    return { method: "GET", path: `rooms?${query}`, isPaged: true };
  }
  if (room === undefined || room === "") return ROOM_WORDS;
  const path = roomPath(room);
  switch (verb) {
    case "show":
      return { method: "GET", path };
    case "close":
    case "open":
      return { method: "POST", path: `${path}/${verb}` };
    case "delete":
      return {
        ...{ method: "DELETE", path },
        question: `Delete the room ${room} with all its messages, for good?`,
        done: `${room} is deleted.`,
      };
    default:
      return ROOM_WORDS;
  }
}

export function roomPath(room: string): string {
  return `rooms/${encodeURIComponent(room)}`;
}

/** @param next as a page tells it */
export function pageAfter(request: AdminRequest, next: string): AdminRequest {
  const [path = "", query] = request.path.split("?");
  const parameters = new URLSearchParams(query);
  parameters.set("after", next);
  return { ...request, path: `${path}?${parameters}` };
}
