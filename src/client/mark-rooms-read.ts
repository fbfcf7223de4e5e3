// Mark rooms read: tells the server that the user has read rooms which need no connection.
import type { Account } from "./account.ts";
import type { RoomList } from "./events.ts";

/** Rooms in one request. */
const ROOMS_MAX = 20;

/** @returns the rooms that keep their count */
export async function markRoomsRead(
  account: Account,
  rooms: RoomList["rooms"],
): Promise<RoomList["rooms"]> {
  const marked = new Map<string, number>();
  const known = rooms.filter(({ epoch, seq }) => epoch && seq);
  for (let i = 0; i < known.length; i += ROOMS_MAX) {
    const read = known
      .slice(i, i + ROOMS_MAX)
      .map(({ room, epoch = "", seq = 0 }) => ({ room, epoch, seq }));
    const frame = { type: "rooms", read } as const;
    const answer = await account.sendRequest(frame, "rooms");
    // An older server answers with rooms that it has not marked.
    for (const { room, epoch, read: upTo = 0 } of answer.rooms)
      marked.set(`${room} ${epoch}`, upTo);
  }
  // A room in which nobody ever wrote has the `seq` 0: nothing waits there.
  return rooms.filter(
    ({ room, epoch, seq }) =>
      seq === undefined || (marked.get(`${room} ${epoch}`) ?? 0) < seq,
  );
}
