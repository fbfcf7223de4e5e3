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
  const lines = Array.from({ length: events }, (_, i) =>
    JSON.stringify({
      type: "message",
      seq: i + 1,
      room,
      user: "somebodyelse",
      username: "somebody",
      text: `${id} ${i}`,
      at,
    }),
  );
  const begin = { kind: "begin", first: 1, lines } as const;
  for (const step of [begin, { kind: "end" } as const])
    world.room(room).ask([{ type: "import-log", id, step }], () => undefined);
}
