// Servers: starts Deno servers that end with the test; the clients of test/conformance use the newest.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type DenoOptions,
  type DenoServer,
  freshFolder,
  spawnDeno,
  startDeno,
} from "../../hosts/deno.ts";

/** A path for a data folder, which is deleted after the test. */
export function dataFolder(): string {
  const folder = freshFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "data");
}

export async function serve(options: DenoOptions = {}): Promise<DenoServer> {
  const server = await startDeno(options);
  onTestFinished(async () => {
    await server.stop("SIGKILL");
  });
  process.env.EDGE_CHAT_URL = server.url;
  return server;
}

/** Runs a process that ends by itself; returns its output and exit code. */
export async function runOut(
  options: DenoOptions = {},
): Promise<{ code: number | null; printed: string }> {
  const { child, printed } = spawnDeno(options.data ?? dataFolder(), options);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once("close", resolve);
  });
  return { code, printed: printed.join("\n") };
}

export async function eventually(
  isSo: () => boolean | Promise<boolean>,
  patienceMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error("It never came to be.");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
