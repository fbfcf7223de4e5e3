// What the objects of counting-worker.ts say of themselves.
import * as v from "valibot";
import type { LogLine, Server } from "./server.ts";

const Figures = v.object({
  /** Rows that SQL wrote, as Cloudflare bills them. */
  rows: v.number(),
  /** Rows that it read. */
  read: v.number(),
  /** Alarms set: a row each on the bill. */
  alarms: v.number(),
  /** When the one-shot timer is to go off; null if there is none. */
  timer: v.nullable(v.number()),
});
export type Figures = v.InferOutput<typeof Figures>;

/** @param name of a room, or a name's key */
export async function figures(
  { url }: Pick<Server, "url">,
  kind: "room" | "directory",
  name: string,
): Promise<Figures> {
  const path = `/figures/${kind}/${encodeURIComponent(name)}`;
  const answer = await fetch(url + path);
  return v.parse(Figures, await answer.json());
}

/** How often a room's object was made, by what it logs then. */
export function timesMade(server: Pick<Server, "logs">, room: string): number {
  const isIt = (line: LogLine) =>
    line.event === "constructed" && line.room === room;
  return server.logs().filter(isIt).length;
}
