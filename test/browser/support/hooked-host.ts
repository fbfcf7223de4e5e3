// Hooked host: starts a chat whose app has hooks and commands, on the host that is asked for.
import { rmSync } from "node:fs";
import { ADMIN_SECRET } from "../../hosts/site.ts";
import type { RunningHost } from "./host.ts";

/** Loads only the requested host: the machine may lack the other one. */
export async function startHookedHost(
  host = "cloudflare",
): Promise<RunningHost> {
  if (host === "cloudflare") {
    const { startCloudflare } = await import("../../hosts/cloudflare.ts");
    const { url, harness } = await startCloudflare(
      { ADMIN_SECRET },
      "test/cloudflare/support/hooked-worker.ts",
      { run_worker_first: true },
    );
    return { url, stop: () => harness.close() };
  }
  const { freshFolder, startDeno } = await import("../../hosts/deno.ts");
  const data = freshFolder();
  const entry = "test/deno/support/hooked-main.ts";
  const command = `--no-lock -A ${entry} ${data} ${ADMIN_SECRET}`;
  const { url, stop } = await startDeno({ data, command });
  return {
    url,
    stop: async () => {
      await stop();
      rmSync(data, { recursive: true });
    },
  };
}
