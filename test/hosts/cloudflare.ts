// The server in the real Durable Object runtime, for tests: wrangler's own harness.
import { createTestHarness, unstable_readConfig } from "wrangler";
import type { SettingName } from "../../src/protocol/settings.ts";

// Else the harness asks the network which place it should pretend to be at.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
process.env.WRANGLER_LOG ??= "warn";

const CONFIG = "./wrangler.toml";

export type Vars = {
  readonly [Name in SettingName]?: number | string;
} & {
  readonly ADMIN_SECRET?: string;
};

/**
 * Starts it on a free port of this machine; storage is gone with it.
 *
 * @param entry another entry than that of wrangler.toml, for tests alone
 */
export async function startCloudflare(vars: Vars = {}, entry?: string) {
  const harness = createTestHarness({
    workers: [
      entry === undefined
        ? { configPath: CONFIG, vars: { ...vars } }
        : { config: { ...shared(), main: entry, vars: { ...vars } } },
    ],
  });
  const { url } = await harness.listen();
  return { harness, worker: harness.getWorker(), url: url.origin };
}

/** What every entry has of wrangler.toml. */
function shared() {
  const { name, compatibility_date, durable_objects, exports, assets } =
    unstable_readConfig({ config: CONFIG });
  return {
    name,
    compatibility_date,
    durable_objects,
    exports,
    ...(assets !== undefined && { assets }),
  };
}
