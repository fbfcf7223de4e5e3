// Which core is whose: the server has one to itself and the load another, where there are two.
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

const SERVER = "0";
const LOAD = "1";

/** Is there a core for each? */
export const isSplit = availableParallelism() > 1 && hasTaskset();

/** A command as it runs on the server's core. */
export function onServerCore(command: readonly string[]): string[] {
  return isSplit ? ["taskset", "-c", SERVER, ...command] : [...command];
}

/** Moves this process, which makes the load, off the server's core. */
export function moveToLoadCore(): void {
  if (isSplit)
    execFileSync("taskset", ["-a", "-c", "-p", LOAD, String(process.pid)]);
}

function hasTaskset(): boolean {
  try {
    execFileSync("taskset", ["-V"]);
    return true;
  } catch {
    return false;
  }
}
