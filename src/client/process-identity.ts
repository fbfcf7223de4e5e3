// Process identity: tells a process from a later one that has its id, and from one on another machine.
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { hash, isProcessAlive } from "./files.ts";

/** Written into what a process leaves in a shared folder. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, by a clock of its machine that nobody sets. */
  readonly start?: number | undefined;
  /** The machine or container. */
  readonly machine?: string | undefined;
}

const HOST_HASH = shortHash(hostname());
/** Its boot, and its container: in another one ids mean something else. */
const BOOT_HASH = shortHash(
  readOr("", () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")) +
    readOr("", () => readlinkSync("/proc/self/ns/pid")),
);

/** This process, the same in all its threads. */
export const thisProcess = {
  pid: process.pid,
  start: startTimeOf(process.pid) ?? estimatedStartTime(),
  machine: `${HOST_HASH}_${BOOT_HASH}`,
} satisfies ProcessIdentity;

/**
 * A container that restarts is another one of the same name, in which each
 * process has the id that it had.
 *
 * @returns null if it cannot be known: it is of another machine or container
 */
export function isRunning(identity: ProcessIdentity): boolean | null {
  const isThisProcess = identity.pid === process.pid;
  const [host, space] = identity.machine?.split("_") ?? [HOST_HASH, BOOT_HASH];
  if (host !== HOST_HASH) return null;
  if (space !== BOOT_HASH) return isThisProcess ? false : null;
  if (!isProcessAlive(identity.pid)) return false;
  // A release before this one wrote none; in a container all have one id.
  if (identity.start === undefined) return !isThisProcess;
  const start = isThisProcess ? thisProcess.start : startTimeOf(identity.pid);
  return start === null || Math.abs(start - identity.start) <= 1;
}

/** In ticks since the boot. @returns null where that is not told */
function startTimeOf(pid: number): number | null {
  const stat = readOr("", () => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The name before it, in brackets, may hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[19] === undefined ? null : Number(fields[19]);
}

/** In seconds since the boot. */
function estimatedStartTime(): number {
  return Math.round(process.hrtime()[0] - process.uptime());
}

function shortHash(text: string): string {
  return hash(text).slice(0, 8);
}

function readOr(fallback: string, read: () => string): string {
  try {
    return read();
  } catch {
    return fallback;
  }
}
