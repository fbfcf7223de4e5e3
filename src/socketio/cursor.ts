// Cursor: writes into the client's own pid and offset all that a recovery needs, and reads them back.
import { readRoomName, readUsername } from "../protocol/names.ts";

/** The position up to which a client has the events of a room. */
export interface RoomCursor {
  readonly room: string;
  readonly epoch: string;
  readonly seq: number;
}

export interface Cursor {
  readonly username: string;
  /** The newest mail that the client has; null: not known. */
  readonly mail: number | null;
  readonly mailEpoch: number | null;
  readonly rooms: readonly RoomCursor[];
}

/** Rooms of one client at once: a Worker may hold six connections. */
export const ROOMS_MAX = 5;

/** No name holds it. */
const SEPARATOR = "|";
const OFFSET_MAX = 2048;
const EPOCH = /^[^|"\\\s]{1,64}$/;

/** Encodes a cursor. The result needs no escapes in JSON. */
export function encodeOffset(cursor: Cursor): string {
  const { username, mail, mailEpoch, rooms } = cursor;
  let offset = `${username}|${mail ?? ""}|${mailEpoch ?? ""}`;
  for (const { room, epoch, seq } of rooms)
    offset += `|${room}|${encodeEpoch(epoch)}|${seq}`;
  return offset;
}

/** @returns null if it is no offset of ours */
export function readOffset(offset: unknown): Cursor | null {
  if (typeof offset !== "string" || offset.length > OFFSET_MAX) return null;
  const [name = "", mail = "", mailEpoch = "", ...fields] =
    offset.split(SEPARATOR);
  const username = readUsername(name);
  if (username === null || fields.length % 3 !== 0) return null;
  if (fields.length / 3 > ROOMS_MAX) return null;
  const rooms: RoomCursor[] = [];
  for (let at = 0; at < fields.length; at += 3) {
    const room = readRoomName(fields[at] ?? "");
    const epoch = decodeEpoch(fields[at + 1] ?? "");
    const seq = readCount(fields[at + 2] ?? "");
    if (room === null || epoch === null || seq === null) return null;
    if (rooms.some((one) => one.room === room)) return null;
    rooms.push({ room, epoch, seq });
  }
  return {
    username,
    mail: readCount(mail),
    mailEpoch: readCount(mailEpoch),
    rooms,
  };
}

/**
 * The client's pid: a base that stays the same as long as its socket object
 * lives, and a counter of the recoveries that failed. The client takes the same
 * pid as a recovery.
 */
export interface Pid {
  /** The secret of a guest, or random where the client has a token. */
  readonly base: string;
  readonly count: number;
}

export function encodePid({ base, count }: Pid): string {
  return `${base}.${count}`;
}

/** @returns null if it is no pid of ours */
export function readPid(pid: unknown): Pid | null {
  if (typeof pid !== "string") return null;
  const [, base, count] = /^([\w-]{22,64})\.(\d{1,9})$/.exec(pid) ?? [];
  return base === undefined ? null : { base, count: Number(count) };
}

function readCount(digits: string): number | null {
  const count = /^\d{1,16}$/.test(digits) ? Number(digits) : null;
  return Number.isSafeInteger(count) ? count : null;
}

function encodeEpoch(epoch: string): string {
  return EPOCH.test(epoch) && !epoch.includes("%")
    ? epoch
    : encodeURIComponent(epoch);
}

function decodeEpoch(text: string): string | null {
  try {
    const epoch = decodeURIComponent(text);
    return epoch.length > 0 && epoch.length <= 64 ? epoch : null;
  } catch {
    return null;
  }
}
