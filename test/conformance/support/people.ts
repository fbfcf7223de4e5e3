// People: creates unique names and secrets, so that tests on one server do not meet.
import { createHash, randomBytes, randomInt } from "node:crypto";

export interface Person {
  readonly name: string;
  /** The secret that owns the name. */
  readonly token: string;
}

// No pair of these letters folds or looks alike, as "rn" and "m" do, so that no
// two unique names meet.
const LETTERS = "acdefhkpstxyz";

/** Returns a name like "lobby-kxtedpac" for a room or a user. */
export function uniqueName(name: string): string {
  return `${name}-${uniqueSuffix()}`;
}

export function uniqueSuffix(): string {
  return Array.from(
    { length: 10 },
    () => LETTERS[randomInt(LETTERS.length)],
  ).join("");
}

/** A user with a unique name and a new secret. */
export function person(name: string): Person {
  return { name: uniqueName(name), token: secret() };
}

/** Another user who wants exactly this name. */
export function stranger(name: string): Person {
  return { name, token: secret() };
}

/** 128 bits, as clients choose them. */
export function secret(): string {
  return randomBytes(16).toString("base64url");
}

export function uniqueId(): string {
  return randomBytes(9).toString("base64url");
}

/** The public id of the holder of this secret. */
export function publicIdOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url").slice(0, 16);
}
