// Read all: marks all rooms and private messages of the user as read, on all devices.
import type { Room, RoomList } from "../client/index.ts";
import { noticeLine, type Viewer } from "./render.ts";
import type { StyledLine } from "./styled-text.ts";

interface Reader {
  readonly room: Room;
  readonly viewer: Viewer;
}

/**
 * The list of rooms comes before the first of them is marked. The marker of
 * private messages also ends mentions: it moves only when each room is marked.
 */
export async function readAll({ room, viewer }: Reader): Promise<StyledLine[]> {
  const { client } = room;
  room.markRead();
  const waiting: RoomList["rooms"] = [];
  let before: string | undefined;
  do {
    const page = await client.rooms(before);
    for (const one of page.rooms) {
      const { unread = 0, mentions = 0 } = one;
      if (one.room !== room.name && unread + mentions > 0) waiting.push(one);
    }
    before = page.before;
  } while (before !== undefined);
  const kept = await client.markRoomsRead(waiting);
  if (kept.length === 0) client.markRead();
  const names = kept.map(({ room }) => room).join(", ");
  const text =
    names === ""
      ? "all is marked as read"
      : `not marked as read: ${names} and the private messages`;
  return [noticeLine(text, null, viewer)];
}
