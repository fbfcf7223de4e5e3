// Cloudflare server: starts the server for tests in the real Durable Object runtime, by wrangler's harness.
import { createTestHarness, unstable_readConfig } from "wrangler";
import type { SettingName } from "../../src/protocol/settings.ts";
import { withMemoryFolder } from "../run-environment.ts";

// Otherwise the harness asks the network for a location.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
process.env.WRANGLER_LOG ??= "warn";

const CONFIG = "./wrangler.toml";

export type Vars = {
  readonly [Name in SettingName]?: number | string;
} & {
  readonly ADMIN_SECRET?: string;
};

/** As in the section [assets] of wrangler.toml. */
export interface Assets {
  readonly run_worker_first?: boolean;
}

/**
 * Starts the server on a free local port. Its storage ends with it.
 *
 * @param entry an entry for tests, instead of the one in wrangler.toml
 * @param assets replaces these fields of wrangler.toml, for such an entry
 */
export async function startCloudflare(
  vars: Vars = {},
  entry?: string,
  assets: Assets = {},
) {
  const harness = createTestHarness({
    workers: [
      entry === undefined
        ? { configPath: CONFIG, vars: { ...vars } }
        : { config: { ...shared(assets), main: entry, vars: { ...vars } } },
    ],
  });
  const { url } = await withMemoryFolder(() => harness.listen());
  return { harness, worker: harness.getWorker(), url: url.origin };
}

/** The part of wrangler.toml that each entry needs. */
function shared(own: Assets) {
  const { name, compatibility_date, durable_objects, exports, assets } =
    unstable_readConfig({ config: CONFIG });
  return {
    name,
    compatibility_date,
    durable_objects,
    exports,
    ...(assets !== undefined && { assets: { ...assets, ...own } }),
  };
}
