// Process identity: distinguishes a process from a later one with the same id, and from one on another machine.
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { hash, isProcessAlive } from "./files.ts";

/** Stored in lock files and in the names of drafts. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The start of the process, by a monotonic clock of its machine. */
  readonly start?: number | undefined;
  /** The machine and container. */
  readonly machine?: string | undefined;
}

const HOST_HASH = shortHash(hostname());
/** The boot and the container: process ids are unique within both. */
const BOOT_HASH = shortHash(
  readOr("", () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")) +
    readOr("", () => readlinkSync("/proc/self/ns/pid")),
);

/** This process; the same in all its threads. */
export const thisProcess = {
  pid: process.pid,
  start: startTimeOf(process.pid) ?? estimatedStartTime(),
  machine: `${HOST_HASH}_${BOOT_HASH}`,
} satisfies ProcessIdentity;

/**
 * A container that restarts is another one with the same host name, in which
 * processes may get the same ids.
 *
 * @returns null if it is not known: the process is on another machine or in
 * another container
 */
export function isRunning(identity: ProcessIdentity): boolean | null {
  const isThisProcess = identity.pid === process.pid;
  const [host, space] = identity.machine?.split("_") ?? [HOST_HASH, BOOT_HASH];
  if (host !== HOST_HASH) return null;
  if (space !== BOOT_HASH) return isThisProcess ? false : null;
  if (!isProcessAlive(identity.pid)) return false;
  // An older release stored no start; in a container all processes had one id.
  if (identity.start === undefined) return !isThisProcess;
  const start = isThisProcess ? thisProcess.start : startTimeOf(identity.pid);
  return start === null || Math.abs(start - identity.start) <= 1;
}

/** In ticks since the boot. @returns null if the system does not tell */
function startTimeOf(pid: number): number | null {
  const stat = readOr("", () => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The process name before it, in brackets, may contain spaces and brackets.
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
