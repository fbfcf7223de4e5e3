// Host: starts the server for the browsers on the host that is asked for.
import type { SettingName } from "../../../src/protocol/settings.ts";

type Settings = { readonly [Name in SettingName]?: string | number };

export interface RunningHost {
  readonly url: string;
  stop(): Promise<unknown>;
}

/** Loads only the requested host: the machine may lack the other one. */
export async function startHost(
  host = "cloudflare",
  { ADMIN_SECRET, ...settings }: Settings & { readonly ADMIN_SECRET: string },
): Promise<RunningHost> {
  switch (host) {
    case "cloudflare": {
      const { startCloudflare } = await import("../../hosts/cloudflare.ts");
      const { url, harness } = await startCloudflare({
        ...settings,
        ADMIN_SECRET,
      });
      return { url, stop: () => harness.close() };
    }
    case "deno": {
      const { startDeno } = await import("../../hosts/deno.ts");
      return startDeno({ settings, env: { ADMIN_SECRET } });
    }
    default:
      throw new Error(`EDGE_CHAT_HOST=${host}: cloudflare or deno.`);
  }
}
