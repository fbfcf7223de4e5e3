// Log import: the model replaces a room's log by one from another server while users send messages.
import type { World } from "../support/world.ts";
import type { RoomName } from "./actors.ts";

export function importLog(
  world: World,
  room: RoomName,
  id: string,
  events: number,
): void {
  const at = world.now;
  const user = { user: "somebodyelse", username: "somebody" };
  const lines = Array.from({ length: events }, (_, i) =>
    JSON.stringify(
      // The last event is a reaction to the first one.
      i > 0 && i === events - 1
        ? {
            ...{ type: "reacted", seq: i + 1, room, of: 1, emoji: "👍" },
            ...{ added: [user], removed: [], count: 1, at },
          }
        : {
            ...{ type: "message", seq: i + 1, room, ...user },
            ...{ text: `${id} ${i}`, at, ...(i > 0 && { thread: 1 }) },
          },
    ),
  );
  const begin = { kind: "begin", first: 1, lines } as const;
  for (const step of [begin, { kind: "end" } as const])
    world.room(room).ask([{ type: "import-log", id, step }], () => undefined);
}
