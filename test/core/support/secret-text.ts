// Secret text: a test looks for a text in everything that the objects of a world store, and that they tell a user.
import type { RoomEvent } from "../../../src/protocol/room-events.ts";
import type { Peer } from "./peer.ts";
import { join } from "./people.ts";
import type { World } from "./world.ts";

/** @returns where the text is: tables of objects, pages, replays and exports */
export function placesOf(world: World, room: string, text: string): string[] {
  const places: string[] = [];
  const note = (place: string, value: unknown) => {
    if (JSON.stringify(value)?.includes(text)) places.push(place);
  };
  for (const host of world.hosts)
    for (const [table, rows] of Object.entries(host.database.tables))
      note(`table ${table}`, rows);
  note(
    "http",
    world.askRoom(room, { type: "messages", after: 0, limit: 10_000 }),
  );
  const reader = join(world, room, "reader", { history: 200 });
  const { epoch } = reader.last("welcome");
  note("first page", reader.frames);
  reader.send({ type: "history", after: 0, limit: 200 });
  note("page", reader.frames);
  reader.close(1000);
  const resumed = join(world, room, "reader", { since: 0, epoch });
  note("replay", resumed.frames);
  resumed.close(1000);
  world.settle();
  return places;
}

/** @returns the stored events of a room */
export function storedEvents(world: World, room: string): RoomEvent[] {
  const page = world.askRoom(room, {
    ...{ type: "messages", after: 0, limit: 10_000 },
  });
  if (page.type !== "page") throw new Error("The room gave no page.");
  return page.lines.map((line) => JSON.parse(line));
}

/** @returns the code of the error that a frame has got */
export function refusal(peer: Peer): string | undefined {
  return peer.all("error").at(-1)?.code;
}
