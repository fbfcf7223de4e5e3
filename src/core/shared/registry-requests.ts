// Registry requests: rooms enter themselves in the registry of rooms with these ops, the admin lists rooms with them, and both name its objects so.

/** All rooms are spread over so many objects by the hash of their names. */
export const REGISTRY_SHARDS = 256;

/** Rooms in one answer. */
export const REGISTRY_PAGE_MAX = 100;

const BASE64URL =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** @returns the name of the object of one part, from `rooms:00` to `rooms:ff` */
export function registryName(shard: number): string {
  return `rooms:${shard.toString(16).padStart(2, "0")}`;
}

/**
 * Finds the part of the registry that has a room.
 *
 * @param hash of the room's name, as `Platform.hash` returns it
 */
export function registryShardOf(hash: string): number {
  const [high, low] = [hash.charAt(0), hash.charAt(1)];
  return (BASE64URL.indexOf(high) << 2) | (BASE64URL.indexOf(low) >> 4);
}

/** @returns the number of a part; null: no part of the registry has the name */
export function readRegistryName(name: string): number | null {
  const [, hex] = /^rooms:([0-9a-f]{2})$/.exec(name) ?? [];
  return hex === undefined ? null : Number.parseInt(hex, 16);
}

/**
 * The registry of names has the same parts, by the hash of the name's key, and
 * the same ops: a name as it is shown is in the place of a room's.
 *
 * @returns the name of the object of one part, from `names:00` to `names:ff`
 */
export function nameRegistryName(shard: number): string {
  return registryName(shard).replace("rooms:", "names:");
}

/** @returns the number of a part; null: no part of that registry has the name */
export function readNameRegistryName(name: string): number | null {
  return name.startsWith("names:")
    ? readRegistryName(name.replace("names:", "rooms:"))
    : null;
}

/** Room to registry: the room has a log. */
export interface EnterRoom {
  readonly type: "enter-room";
  readonly room: string;
}

/** Room to registry: the room has been deleted. */
export interface ForgetRoom {
  readonly type: "forget-room";
  readonly room: string;
}

/** Host to registry: the rooms of one part, by name. */
export interface ListRooms {
  readonly type: "rooms";
  /** Only rooms whose names begin so; absent: all. */
  readonly prefix?: string;
  /** Only rooms whose names come after this one. */
  readonly after?: string;
  /** At most `REGISTRY_PAGE_MAX`. */
  readonly limit: number;
}

export type RegistryOp = EnterRoom | ForgetRoom | ListRooms;

/** A room in the registry. */
export interface RegisteredRoom {
  readonly room: string;
  /** When the room entered itself, ms since 1970. */
  readonly since: number;
}

/** Reply to `rooms`; the others get `done`. */
export interface RoomList {
  readonly type: "rooms";
  readonly rooms: readonly RegisteredRoom[];
  readonly more: boolean;
}

/** A place in a walk through all rooms: before the rooms after this one. */
export interface RegistryCursor {
  readonly shard: number;
  /** A room of that part; empty: the part begins. */
  readonly after: string;
}

export const REGISTRY_START: RegistryCursor = { shard: 0, after: "" };

/** @returns the cursor as a text for clients, such as `3f:lobby` */
export function encodeCursor({ shard, after }: RegistryCursor): string {
  return `${registryName(shard).slice("rooms:".length)}:${after}`;
}

/** @returns null if the text is no cursor */
export function decodeCursor(text: string): RegistryCursor | null {
  const [, hex, after = ""] = /^([0-9a-f]{2}):(.*)$/su.exec(text) ?? [];
  return hex === undefined ? null : { shard: Number.parseInt(hex, 16), after };
}

/**
 * Continues a walk after the answer of its part.
 *
 * @param rooms the part of the answer that is used
 * @param more the part of the registry has further rooms
 * @returns null: these were the last ones
 */
export function nextCursor(
  { shard, after }: RegistryCursor,
  rooms: readonly RegisteredRoom[],
  more: boolean,
): RegistryCursor | null {
  if (more) return { shard, after: rooms.at(-1)?.room ?? after };
  return shard + 1 < REGISTRY_SHARDS ? { shard: shard + 1, after: "" } : null;
}
