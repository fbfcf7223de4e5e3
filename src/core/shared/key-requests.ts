// Key requests: the admin and the doors of HTTP ask the object of the server keys with these ops and replies, which are part of rpc.ts.

/** The name of the object. */
export const KEY_STORE = "keys";

/** A server key, without its secret. */
export interface StoredKey {
  readonly id: string;
  /** SHA-256 of the secret, in hex. */
  readonly hash: string;
  readonly scopes: readonly string[];
  /** Patterns of rooms; null: all rooms but private ones. */
  readonly rooms: readonly string[] | null;
  /** When it was made, ms since 1970. */
  readonly made: number;
}

/** Host to keys: all keys. */
export interface ReadKeys {
  readonly type: "keys";
}

/** Host to keys: a new key under an id that nobody has. */
export interface AddKey {
  readonly type: "add-key";
  readonly key: Omit<StoredKey, "made">;
}

/**
 * Host to keys: a new secret for an id, with the scopes and rooms of the newest
 * one, which stays good. An older one is dropped.
 */
export interface RotateKey {
  readonly type: "rotate-key";
  readonly id: string;
  readonly hash: string;
}

/** Host to keys: the secrets of an id end, or all of them but the newest. */
export interface RevokeKey {
  readonly type: "revoke-key";
  readonly id: string;
  readonly keepsNewest?: boolean;
}

export type KeyOp = ReadKeys | AddKey | RotateKey | RevokeKey;

/** Reply to `keys`. */
export interface KeyList {
  readonly type: "keys";
  readonly keys: readonly StoredKey[];
}

/** Reply to the others, beside `done`. */
export interface KeyRefused {
  readonly type: "key-refused";
  /** The id has no key, or has one already; or there are too many keys. */
  readonly why: "unknown" | "taken" | "too_many";
}
