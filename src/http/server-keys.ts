// Server keys: a backend shows a key by its bearer token, and the hash of its secret says which scopes and rooms it has.
import { matchesRoom } from "../protocol/room-pattern.ts";
import { SettingsError } from "../protocol/settings.ts";
import { equalBytes, sha256 } from "./sha256.ts";

export const SCOPES = ["publish", "read", "moderate", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

export interface ServerKey {
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Patterns of the rooms that it opens; null: all but private rooms. */
  readonly rooms: readonly string[] | null;
}

interface HashedKey extends ServerKey {
  /** SHA-256 of the secret. */
  readonly hash: Uint8Array;
}

/** Keys of one id that are alive at once: an old one and its successor. */
const ALIVE_MAX = 2;

const bearer = /^ek_([A-Za-z0-9.-]{1,32})_([\x21-\x7e]{1,256})$/;

/** Does a bearer token have the form of a server key? */
export function isServerKey(token: string): boolean {
  return bearer.test(token);
}

export class ServerKeys {
  readonly #keys: readonly HashedKey[];

  /**
   * @param given entries of the setting API_KEYS, each of the right form
   * @throws SettingsError if an id has too many entries
   */
  constructor(given: readonly string[]) {
    this.#keys = given.map(readEntry);
    for (const { id } of this.#keys)
      if (this.#ofId(id).length > ALIVE_MAX)
        throw new SettingsError(
          `Wrong settings. API_KEYS: ${ALIVE_MAX} keys at most with the id ${id}.`,
        );
  }

  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  /** @returns the key of a bearer token; null: there is none */
  async find(token: string): Promise<ServerKey | null> {
    const [, id = "", secret = ""] = bearer.exec(token) ?? [];
    const hash = await sha256(secret);
    let found: ServerKey | null = null;
    for (const key of this.#ofId(id))
      if (equalBytes(key.hash, hash)) found = key;
    return found;
  }

  #ofId(id: string): HashedKey[] {
    return this.#keys.filter((key) => key.id === id);
  }
}

/** Does the key open the room? Only a key with patterns opens a private room. */
export function opensRoom(
  { rooms }: ServerKey,
  room: string,
  isPrivate: boolean,
): boolean {
  return rooms === null ? !isPrivate : matchesRoom(rooms, room);
}

function readEntry(entry: string): HashedKey {
  const [id = "", hex = "", granted = ""] = entry.split(":");
  const [scopes = "", patterns] = granted.split("@");
  return {
    id,
    hash: Uint8Array.from(hex.match(/../g) ?? [], (byte) =>
      Number.parseInt(byte, 16),
    ),
    // The setting's format allows no other words.
    scopes: new Set(scopes.split("+") as Scope[]),
    rooms: patterns?.split("+") ?? null,
  };
}
