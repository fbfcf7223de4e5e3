// The server in the real Durable Object runtime, for tests: wrangler's own harness.
import { createTestHarness } from "wrangler";
import type { SettingName } from "../../src/protocol/limits.ts";

export type Vars = { readonly [Name in SettingName]?: number };

/** Starts it on a free port of this machine; storage is gone with it. */
export async function startCloudflare(vars: Vars = {}) {
  const harness = createTestHarness({
    workers: [{ configPath: "./wrangler.toml", vars: { ...vars } }],
  });
  const { url } = await harness.listen();
  return { harness, worker: harness.getWorker(), url: url.origin };
}
