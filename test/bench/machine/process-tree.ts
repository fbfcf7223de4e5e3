// Process tree: reads the CPU time and memory of a process and its descendants from /proc, and ends them.
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks of the kernel in one second: fixed on Linux. */
const TICKS_PER_SECOND = 100;

/** Returns the pid and the pids of all descendants. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = Number(statOf(Number(entry))?.[1]);
    const siblings = children.get(parent) ?? [];
    children.set(parent, [...siblings, Number(entry)]);
  }
  const pids = [root];
  for (const pid of pids) pids.push(...(children.get(pid) ?? []));
  return pids;
}

/** CPU time of all threads so far, user and system. */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const stat = statOf(pid);
    ticks += Number(stat?.[11] ?? 0) + Number(stat?.[12] ?? 0);
  }
  return ticks / TICKS_PER_SECOND;
}

/** Private memory of the processes. */
export function memoryBytes(pids: readonly number[]): number {
  let kib = 0;
  for (const pid of pids) {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    kib += Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return kib * 1024;
}

/** Ends the processes by pid: first SIGTERM, then SIGKILL. */
export async function endTree(root: number): Promise<void> {
  const pids = processTree(root);
  for (const pid of pids) signal(pid, "SIGTERM");
  for (let i = 0; i < 40 && pids.some(isAlive); i++) await pause(50);
  for (const pid of pids) if (isAlive(pid)) signal(pid, "SIGKILL");
}

/**
 * The fields of /proc/pid/stat from the state on; undefined if the process is
 * gone.
 */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before them, in brackets, may hold any character.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  const state = statOf(pid)?.[0];
  return state !== undefined && state !== "Z";
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
