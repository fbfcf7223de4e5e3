// Registry: tests ask the list of rooms at the part that has a room, since a walk through all parts opens many objects.
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { requestAs } from "./http-client.ts";
import { uniqueName } from "./people.ts";

export interface RoomPage {
  readonly rooms: readonly { readonly room: string; readonly since: number }[];
  readonly next?: string;
}

/** @returns the first two digits of the hash, which name the part of the list */
export function partOf(room: string): string {
  return createHash("sha256").update(room).digest("hex").slice(0, 2);
}

/** @returns a new name with an end, of a room in one of the first 16 parts */
export function roomInFirstParts(end: string): string {
  for (;;) {
    const room = `${uniqueName("hall")}-${end}`;
    if (partOf(room).startsWith("0")) return room;
  }
}

export async function readPage(
  admin: string,
  parameters: Readonly<Record<string, string>>,
): Promise<RoomPage> {
  const path = `/admin/rooms?${new URLSearchParams(parameters)}`;
  const { status, headers, body } = await requestAs(admin, "GET", path);
  expect(status).toBe(200);
  expect(headers.get("cache-control")).toBe("no-store");
  return body as RoomPage;
}

/** @returns the room as the list has it; undefined: it has not */
export async function findListed(admin: string, room: string, more = {}) {
  const place = { prefix: room, after: `${partOf(room)}:`, limit: "1" };
  const { rooms } = await readPage(admin, { ...place, ...more });
  return rooms.find((one) => one.room === room);
}
