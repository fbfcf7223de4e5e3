// Observed server: a server on either host with access to its memory, its SQL rows and its restarts of a room.

import { memoryBytes, processTree } from "../../bench/machine/process-tree.ts";
import {
  readMetrics,
  timesConstructed,
} from "../../cloudflare/support/object-metrics.ts";
import type { LogLine } from "../../cloudflare/support/server.ts";
import { startCloudflare, type Vars } from "../../hosts/cloudflare.ts";
import { startDeno } from "../../hosts/deno.ts";
import type { HostName } from "../../hosts/killable-server.ts";

export interface ObservedServer {
  readonly url: string;
  memoryBytes(): number;
  /** Rows that the room has read; null if the host does not count them. */
  rowsRead(room: string): Promise<number | null>;
  /** How often the room was constructed; null if it never hibernates. */
  timesConstructed(room: string): number | null;
  stop(): Promise<void>;
}

export function startObserved(
  host: HostName,
  vars: Vars,
): Promise<ObservedServer> {
  return host === "deno" ? onDeno(vars) : onCloudflare(vars);
}

async function onCloudflare(vars: Vars): Promise<ObservedServer> {
  const counting = "test/cloudflare/support/counting-worker.ts";
  const { url, harness } = await startCloudflare(vars, counting);
  const logs = (): LogLine[] =>
    harness
      .getLogs()
      .filter(({ message }) => message.startsWith("{"))
      .map(({ message }) => JSON.parse(message));
  return {
    url,
    memoryBytes: () => memoryBytes(processTree(process.pid).slice(1)),
    rowsRead: async (room) => (await readMetrics({ url }, "room", room)).read,
    timesConstructed: (room) => timesConstructed({ logs }, room),
    stop: async () => {
      await harness.close();
    },
  };
}

async function onDeno({
  ADMIN_SECRET: _,
  ...settings
}: Vars): Promise<ObservedServer> {
  const { url, pid, stop } = await startDeno({ settings });
  return {
    url,
    memoryBytes: () => memoryBytes([pid]),
    rowsRead: async () => null,
    timesConstructed: () => null,
    stop: async () => {
      await stop();
    },
  };
}
