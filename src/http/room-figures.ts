// Room figures: the admin asks rooms for their figures, some at once, and goes on without those that do not answer.
import type { RegisteredRoom } from "../core/shared/registry-requests.ts";
import type { RoomFigures } from "../core/shared/room-admin-requests.ts";
import type { Reply, RoomOp } from "../core/shared/rpc.ts";
import { withDeadline } from "./deadline.ts";

/** Rooms that are asked at once. */
const AT_ONCE = 16;
/** How long one of them may take, ms. */
const ANSWER_MS = 5000;

export type Figures = Omit<RoomFigures, "type">;

/** @returns null: the room does not answer, or is of an older release */
export async function askFigures(
  ask: (room: string, op: RoomOp) => Promise<Reply>,
  room: string,
  withBytes = false,
): Promise<Figures | null> {
  const reply = await withDeadline(
    ask(room, { type: "figures", ...(withBytes && { withBytes }) }),
    ANSWER_MS,
  );
  if (reply?.type !== "figures") return null;
  const { type: _, ...figures } = reply;
  return figures;
}

/** @returns the rooms in their order; those that do not answer have `unavailable` */
export async function withFigures(
  rooms: readonly RegisteredRoom[],
  read: (room: string) => Promise<Figures | null>,
): Promise<object[]> {
  const found: object[] = [];
  for (let i = 0; i < rooms.length; i += AT_ONCE) {
    const some = rooms.slice(i, i + AT_ONCE).map(async (one) => {
      const figures = await read(one.room);
      return { ...one, ...(figures ?? { unavailable: true }) };
    });
    found.push(...(await Promise.all(some)));
  }
  return found;
}
