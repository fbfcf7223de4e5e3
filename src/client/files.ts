// What the storage of a terminal and its locks both ask of files: names for any key, who lives, and why something failed.
import { createHash } from "node:crypto";

/** Short enough for the name of a file, whatever is in it. */
export function hash(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}

/** Does a process of that id live? If we may not know: yes. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, "ESRCH");
  }
}

/** Is it the failure that is expected here? */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** @throws the error, unless it says that there is no such file */
export function unlessMissing(error: unknown): null {
  if (hasCode(error, "ENOENT")) return null;
  throw error;
}
