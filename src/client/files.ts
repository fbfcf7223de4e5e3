// File helpers: derive file names from keys, and check processes and error codes.
import { createHash } from "node:crypto";

/** A file name of fixed length, for any text. */
export function hash(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}

/** True if a process with that id lives, or if this process may not know. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, "ESRCH");
  }
}

/** True if the error has that code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** @throws the error, unless the file does not exist */
export function unlessMissing(error: unknown): null {
  if (hasCode(error, "ENOENT")) return null;
  throw error;
}
