// What can be read of a room: pages of its history, who is there, how far it is.
import * as LIMITS from "../protocol/limits.ts";
import type { AskHistory, AskWho } from "../protocol/messages.ts";
import type { Floor } from "./floor.ts";
import type { Link } from "./link.ts";
import type { Log, Slice } from "./log.ts";
import type { Info, Page, ReadMessages } from "./ops.ts";

/** The fields of a page, around lines that are JSON already. */
export function pageFields(slice: Slice, epoch: string | null): string {
  const messages = slice.lines.join(",");
  return `"messages":[${messages}],"more":${slice.more},"epoch":${JSON.stringify(epoch)}`;
}

/** A page as a `history` frame. */
export function pageLine(slice: Slice, epoch: string | null): string {
  return `{"type":"history",${pageFields(slice, epoch)}}`;
}

/** Events before or after a cursor, neither included; else the newest. */
function page(
  log: Log,
  { before, after, limit = LIMITS.firstPage }: Omit<AskHistory, "type">,
): Slice {
  return after !== undefined
    ? log.after(after, limit)
    : log.before(before ?? log.head + 1, limit);
}

export function history(floor: Floor, link: Link, ask: AskHistory): void {
  const { log } = floor;
  floor.tellLines(link, [pageLine(page(log, ask), log.epoch)]);
}

export function who(floor: Floor, link: Link, { after }: AskWho): void {
  const { names, more } = floor.presence.names(LIMITS.names, after);
  const { count } = floor.presence;
  floor.tell(link, { type: "members", members: names, count, more });
}

export function info({ log, presence }: Floor): Info {
  const { head, epoch } = log;
  return { type: "info", count: presence.count, seq: head, epoch };
}

export function messages({ log }: Floor, ask: ReadMessages): Page {
  return { type: "page", ...page(log, ask), epoch: log.epoch };
}
