// Cores: gives the server and the load a CPU core each, if the machine has two.
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

const SERVER = "0";
const LOAD = "1";

/** True if each has its own core. */
export const isSplit = availableParallelism() > 1 && hasTaskset();

/** Returns the command that runs on the server's core. */
export function onServerCore(command: readonly string[]): string[] {
  return isSplit ? ["taskset", "-c", SERVER, ...command] : [...command];
}

/** Moves this process, which creates the load, to the other core. */
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
