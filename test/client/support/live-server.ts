// The server under a client's tests: the one at EDGE_CHAT_URL, or one of our own on the host that is asked for.
import type { SettingName } from "../../../src/protocol/settings.ts";

export interface RunningServer {
  readonly url: string;
  stop(): Promise<unknown>;
}

export type Settings = { readonly [Name in SettingName]?: number };

/** Only the host that is wanted is loaded: one may be all there is. */
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
