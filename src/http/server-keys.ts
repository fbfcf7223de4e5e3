// Server keys: a backend shows a key by its bearer token, and the hash of its secret says which scopes and rooms it has.
import type { StoredKey } from "../core/shared/key-requests.ts";
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

/** Reads all keys that the admin has made. Rejects if there is no answer. */
export type ReadStoredKeys = () => Promise<readonly StoredKey[]>;

/** So long a key that was revoked elsewhere may still be good here. */
const KEPT_MS = 60_000;

export class ServerKeys {
  /** Of the setting. */
  readonly #given: readonly HashedKey[];
  readonly #read: ReadStoredKeys | null;
  #stored: {
    readonly at: number;
    readonly keys: Promise<readonly HashedKey[]>;
  } | null = null;

  /**
   * @param given entries of the setting API_KEYS, each of the right form
   * @param read reads the keys that the admin has made; null: there are none
   * @throws SettingsError if an id has too many entries
   */
  constructor(given: readonly string[], read: ReadStoredKeys | null = null) {
    this.#given = given.map(readEntry);
    this.#read = read;
    for (const { id } of this.#given)
      if (ofId(this.#given, id).length > ALIVE_MAX)
        throw new SettingsError(
          `Wrong settings. API_KEYS: ${ALIVE_MAX} keys at most with the id ${id}.`,
        );
  }

  /** The keys of the setting. */
  get given(): readonly ServerKey[] {
    return this.#given;
  }

  /** @returns the key of a bearer token; null: there is none */
  async find(token: string): Promise<ServerKey | null> {
    const [, id = "", secret = ""] = bearer.exec(token) ?? [];
    const hash = await sha256(secret);
    return (
      match(this.#given, id, hash) ??
      match(await this.#readStored(Date.now()), id, hash)
    );
  }

  /** The keys have changed: the next look reads them. */
  forget(): void {
    this.#stored = null;
  }

  async #readStored(now: number): Promise<readonly HashedKey[]> {
    if (this.#read === null) return [];
    const { at = 0 } = this.#stored ?? {};
    if (this.#stored === null || now >= at + KEPT_MS || now < at) {
      const keys = this.#read().then((all) => all.map(fromStored));
      this.#stored = { at: now, keys };
      // The next look asks again.
      keys.catch(() => this.forget());
    }
    return this.#stored.keys;
  }
}

function ofId(keys: readonly HashedKey[], id: string): HashedKey[] {
  return keys.filter((key) => key.id === id);
}

function match(
  keys: readonly HashedKey[],
  id: string,
  hash: Uint8Array,
): ServerKey | null {
  let found: ServerKey | null = null;
  for (const key of ofId(keys, id)) if (equalBytes(key.hash, hash)) found = key;
  return found;
}

/** Scopes that this release does not know give nothing. */
function fromStored({ id, hash, scopes, rooms }: StoredKey): HashedKey {
  const known = SCOPES.filter((scope) => scopes.includes(scope));
  return { id, hash: fromHex(hash), scopes: new Set(known), rooms };
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) =>
    Number.parseInt(byte, 16),
  );
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
    hash: fromHex(hex),
    // The setting's format allows no other words.
    scopes: new Set(scopes.split("+") as Scope[]),
    rooms: patterns?.split("+") ?? null,
  };
}
