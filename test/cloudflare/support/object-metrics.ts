// Object metrics: reads the counters of the counting Worker.
import * as v from "valibot";
import { eventually, type LogLine, type Server } from "./server.ts";

const ObjectMetrics = v.object({
  /** Rows that SQL has written, as Cloudflare bills them. */
  rows: v.number(),
  /** Rows that SQL has read. */
  read: v.number(),
  /** Alarms that were set: each is billed as one row. */
  alarms: v.number(),
  /** The time of the one-shot timer; null if there is none. */
  timer: v.nullable(v.number()),
});
export type ObjectMetrics = v.InferOutput<typeof ObjectMetrics>;

/** @param name the name of a room, or the key of a user name */
export async function readMetrics(
  { url }: Pick<Server, "url">,
  kind: "room" | "directory",
  name: string,
): Promise<ObjectMetrics> {
  const path = `/figures/${kind}/${encodeURIComponent(name)}`;
  const answer = await fetch(url + path);
  return v.parse(ObjectMetrics, await answer.json());
}

/** The log of an object comes a moment after its answers. */
const LOG_PATIENCE_MS = 3000;

/** The same after a sleep: waits a moment for a second time. */
export function timesMade(
  server: Pick<Server, "logs">,
  room: string,
): Promise<number> {
  return eventually(
    async () => timesConstructed(server, room),
    (times) => times > 1,
    LOG_PATIENCE_MS,
  );
}

/** How often the room's object was constructed, by its log. */
export function timesConstructed(
  server: Pick<Server, "logs">,
  room: string,
): number {
  const isIt = (line: LogLine) =>
    line.event === "constructed" && line.room === room;
  return server.logs().filter(isIt).length;
}
