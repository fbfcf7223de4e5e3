// What the objects of counting-worker.ts say of themselves.
import * as v from "valibot";
import type { LogLine, Server } from "./server.ts";

const ObjectMetrics = v.object({
  /** Rows that SQL wrote, as Cloudflare bills them. */
  rows: v.number(),
  /** Rows that it read. */
  read: v.number(),
  /** Alarms set: a row each on the bill. */
  alarms: v.number(),
  /** When the one-shot timer is to go off; null if there is none. */
  timer: v.nullable(v.number()),
});
export type ObjectMetrics = v.InferOutput<typeof ObjectMetrics>;

/** @param name of a room, or a name's key */
export async function readMetrics(
  { url }: Pick<Server, "url">,
  kind: "room" | "directory",
  name: string,
): Promise<ObjectMetrics> {
  const path = `/figures/${kind}/${encodeURIComponent(name)}`;
  const answer = await fetch(url + path);
  return v.parse(ObjectMetrics, await answer.json());
}

/** How often a room's object was made, by what it logs then. */
export function timesConstructed(
  server: Pick<Server, "logs">,
  room: string,
): number {
  const isIt = (line: LogLine) =>
    line.event === "constructed" && line.room === room;
  return server.logs().filter(isIt).length;
}
