// Admin room commands: the words after `edge-chat admin rooms` become one request below /admin/rooms.
import type { AdminRequest } from "./admin-commands.ts";

export interface RoomValues {
  readonly prefix?: string | undefined;
}

const ROOM_WORDS =
  "rooms takes list, show ROOM, close ROOM, open ROOM, delete ROOM, export ROOM FILE or import ROOM FILE.";
const COPIES = /^(export|import)$/;
/** Each room on a page is asked for its figures. */
const PAGE = "50";

/** @returns a text that says what is wrong */
export function roomRequest(
  [verb, room, ...words]: readonly string[],
  { prefix }: RoomValues,
): AdminRequest | string {
  const isCopy = verb !== undefined && COPIES.test(verb);
  const [file, ...others] = isCopy ? words : [undefined, ...words];
  if (others.length > 0) return `Unexpected arguments: ${others.join(" ")}`;
  if (verb === "list" && room === undefined) {
    const query = new URLSearchParams({ figures: "true", limit: PAGE });
    if (prefix !== undefined) query.set("prefix", prefix);
    return { method: "GET", path: `rooms?${query}`, isPaged: true };
  }
  if (room === undefined || room === "") return ROOM_WORDS;
  const path = roomPath(room);
  if (isCopy) return copyRequest(verb, room, file);
  switch (verb) {
    case "show":
      return { method: "GET", path };
    case "close":
    case "open":
      return { method: "POST", path: `${path}/${verb}` };
    case "delete":
      return {
        ...{ method: "DELETE", path },
        question: `Delete the room ${room} with all its messages, for good?`,
        done: `${room} is deleted.`,
      };
    default:
      return ROOM_WORDS;
  }
}

function copyRequest(
  verb: string,
  room: string,
  file: string | undefined,
): AdminRequest | string {
  if (file === undefined || file === "") return ROOM_WORDS;
  const path = `${roomPath(room)}/${verb}`;
  if (verb === "export")
    return {
      ...{ method: "GET", path, file },
      done: `${room} is in ${file}.`,
    };
  return {
    ...{ method: "POST", path, file, done: `${room} has the log.` },
    question: `Replace the log of the room ${room}, for good?`,
  };
}

export function roomPath(room: string): string {
  return `rooms/${encodeURIComponent(room)}`;
}

const REPORT_WORDS =
  "reports takes list ROOM, resolve ROOM NUMBER or dismiss ROOM NUMBER.";
const OUTCOMES: Readonly<Record<string, string>> = {
  resolve: "resolved",
  dismiss: "dismissed",
};

/** @returns a text that says what is wrong */
export function reportRequest(
  [verb = "", room, report, ...others]: readonly string[],
  { open }: { readonly open?: boolean | undefined },
): AdminRequest | string {
  if (others.length > 0) return `Unexpected arguments: ${others.join(" ")}`;
  if (room === undefined || room === "") return REPORT_WORDS;
  const path = `${roomPath(room)}/reports`;
  if (verb === "list" && report === undefined)
    return {
      ...{ method: "GET", isPaged: true },
      path: open ? `${path}?open=true` : path,
    };
  const outcome = OUTCOMES[verb];
  if (outcome === undefined || !/^[1-9]\d{0,14}$/.test(report ?? ""))
    return REPORT_WORDS;
  return {
    ...{ method: "POST", path: `${path}/${report}`, body: { outcome } },
    done: `Report ${report} is ${outcome}.`,
  };
}

/**
 * @param answer one page
 * @returns the request of the next page; null: this is the last one
 */
export function pageAfter(
  request: AdminRequest,
  { next, more, reports }: Readonly<Record<string, unknown>>,
): AdminRequest | null {
  const [path = "", query] = request.path.split("?");
  const parameters = new URLSearchParams(query);
  if (typeof next === "string") parameters.set("after", next);
  else if (more === true && Array.isArray(reports) && reports.length > 0)
    parameters.set("before", `${reports.at(-1).report}`);
  else return null;
  return { ...request, path: `${path}?${parameters}` };
}
