// Mounting host: starts the site that mounts the chat below /chat and /stripped, on the host that is asked for.
import { rmSync } from "node:fs";
import { ADMIN_SECRET } from "../../hosts/site.ts";
import type { RunningHost } from "./host.ts";

/**
 * Loads only the requested host: the machine may lack the other one.
 *
 * @param embedOrigin the origin of a site that may embed the page
 */
export async function startMountingHost(
  host = "cloudflare",
  embedOrigin: string,
): Promise<RunningHost> {
  switch (host) {
    case "cloudflare": {
      const { startCloudflare } = await import("../../hosts/cloudflare.ts");
      const { url, harness } = await startCloudflare(
        { ADMIN_SECRET, EMBED_ORIGINS: embedOrigin },
        "test/cloudflare/support/mounting-worker.ts",
        { run_worker_first: true },
      );
      return { url, stop: () => harness.close() };
    }
    case "deno": {
      const { freshFolder, startDeno } = await import("../../hosts/deno.ts");
      const data = freshFolder();
      const entry = "test/deno/support/mounting-main.ts";
      const { url, stop } = await startDeno({
        data,
        command: `--no-lock -A ${entry} ${data} ${ADMIN_SECRET} ${embedOrigin}`,
      });
      return {
        url,
        stop: async () => {
          await stop();
          rmSync(data, { recursive: true });
        },
      };
    }
    default:
      throw new Error(`EDGE_CHAT_HOST=${host}: cloudflare or deno.`);
  }
}
