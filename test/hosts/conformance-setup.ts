// Conformance setup: gives a project's tests a server, the one at EDGE_CHAT_URL or a new one of EDGE_CHAT_HOST.
import type { TestProject } from "vitest/node";
import { settings } from "../conformance/support/settings.ts";

/** Of the servers that tests start. */
const ADMIN_SECRET = "only-the-tests-have-this-secret";

interface Running {
  readonly url: string;
  stop(): Promise<unknown>;
}

export async function setup({
  config,
}: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env.EDGE_CHAT_URL !== undefined) return undefined;
  const host = config.env?.EDGE_CHAT_HOST;
  const { url, stop } = await start(host ?? "cloudflare");
  // Not in this process's environment: other projects have other servers.
  const own = {
    ...{ EDGE_CHAT_URL: url, EDGE_CHAT_HAS_KEY: "1" },
    EDGE_CHAT_ADMIN: ADMIN_SECRET,
  };
  config.env = { ...config.env, ...own };
  return async () => {
    await stop();
  };
}

/** Loads the wanted host only: the other one may not be installed. */
async function start(host: string): Promise<Running> {
  switch (host) {
    case "cloudflare": {
      const { startCloudflare } = await import("./cloudflare.ts");
      const { url, harness } = await startCloudflare({
        ...settings,
        ADMIN_SECRET,
      });
      return { url, stop: () => harness.close() };
    }
    case "deno": {
      const { startDeno } = await import("./deno.ts");
      return startDeno({ settings, env: { ADMIN_SECRET } });
    }
    default:
      throw new Error(`EDGE_CHAT_HOST=${host}: cloudflare or deno.`);
  }
}
