// Live server: starts the server of a test on the chosen host, or uses the one at EDGE_CHAT_URL.
import type { SettingName } from "../../../src/protocol/settings.ts";

export interface RunningServer {
  readonly url: string;
  stop(): Promise<unknown>;
}

export type Settings = { readonly [Name in SettingName]?: number };

/** Only the chosen host is loaded: it may be the only one installed. */
export async function startServer(
  settings: Settings = {},
): Promise<RunningServer> {
  const { EDGE_CHAT_URL: url, EDGE_CHAT_HOST: host } = process.env;
  if (url !== undefined) return { url, stop: async () => {} };
  if (host === "deno") {
    const { startDeno } = await import("../../hosts/deno.ts");
    return startDeno({ settings });
  }
  const { startCloudflare } = await import("../../hosts/cloudflare.ts");
  const { url: own, harness } = await startCloudflare(settings);
  return { url: own, stop: () => harness.close() };
}
