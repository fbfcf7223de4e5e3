// Process identity: tells a process from a later one that has its id, and from one on another machine.
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { hash, isAlive } from "./files.ts";

/** Written into what a process leaves in a shared folder. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, by a clock of its machine that nobody sets. */
  readonly start?: number | undefined;
  /** The machine or container. */
  readonly machine?: string | undefined;
}

const HOST = shortHash(hostname());
/** Its boot, and its container: in another one ids mean something else. */
const SPACE = shortHash(
  textOr("", () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")) +
    textOr("", () => readlinkSync("/proc/self/ns/pid")),
);

/** This process, the same in all its threads. */
export const thisProcess = {
  pid: process.pid,
  start: startOf(process.pid) ?? startHere(),
  machine: `${HOST}_${SPACE}`,
} satisfies ProcessIdentity;

/**
 * A container that restarts is another one of the same name, in which each
 * process has the id that it had.
 *
 * @returns null if it cannot be known: it is of another machine or container
 */
export function isRunning(one: ProcessIdentity): boolean | null {
  const isThis = one.pid === process.pid;
  const [host, space] = one.machine?.split("_") ?? [HOST, SPACE];
  if (host !== HOST) return null;
  if (space !== SPACE) return isThis ? false : null;
  if (!isAlive(one.pid)) return false;
  // A release before this one wrote none; in a container all have one id.
  if (one.start === undefined) return !isThis;
  const start = isThis ? thisProcess.start : startOf(one.pid);
  return start === null || Math.abs(start - one.start) <= 1;
}

/** In ticks since the boot. @returns null where that is not told */
function startOf(pid: number): number | null {
  const stat = textOr("", () => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The name before it, in brackets, may hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[19] === undefined ? null : Number(fields[19]);
}

/** In seconds since the boot. */
function startHere(): number {
  return Math.round(process.hrtime()[0] - process.uptime());
}

function shortHash(text: string): string {
  return hash(text).slice(0, 8);
}

function textOr(otherwise: string, read: () => string): string {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
