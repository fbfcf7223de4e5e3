// Who and where: names nobody else has used, so that tests do not meet on one server.
import { createHash, randomBytes, randomInt } from "node:crypto";

export interface Person {
  readonly name: string;
  /** The secret that makes the name theirs. */
  readonly token: string;
}

// Letters that neither fold into one another nor look alike in pairs, as
// "rn" and "m" do: two fresh names must never meet by their looks.
const LETTERS = "acdefhkpstxyz";

/** A name like "lobby-kxtedpac", a room's or a user's. */
export function uniqueName(name: string): string {
  return `${name}-${uniqueSuffix()}`;
}

export function uniqueSuffix(): string {
  return Array.from(
    { length: 10 },
    () => LETTERS[randomInt(LETTERS.length)],
  ).join("");
}

/** A user with a fresh name and a secret of their own choosing. */
export function person(name: string): Person {
  return { name: uniqueName(name), token: secret() };
}

/** Somebody else who wants exactly this name. */
export function stranger(name: string): Person {
  return { name, token: secret() };
}

/** 128 bits, as a client would choose them. */
export function secret(): string {
  return randomBytes(16).toString("base64url");
}

export function uniqueId(): string {
  return randomBytes(9).toString("base64url");
}

/** The public id that everybody sees of whoever holds this secret. */
export function publicIdOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url").slice(0, 16);
}
