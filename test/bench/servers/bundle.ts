// Bundle: builds a Worker as a deploy does, by wrangler's dry run.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { unstable_readConfig } from "wrangler";

const wrangler = "node_modules/wrangler/bin/wrangler.js";
/** The compatibility date of our own deploys. */
export const compatibilityDate =
  unstable_readConfig({ config: "wrangler.toml" }).compatibility_date ?? "";
/** Returns the class of each Durable Object binding of a checkout. */
export function objectsOf(checkout: string): Record<string, string> {
  const config = unstable_readConfig({
    config: join(checkout, "wrangler.toml"),
  });
  const { bindings } = config.durable_objects;
  const pairs = bindings.map(
    (binding: { name: string; class_name: string }) =>
      [binding.name, binding.class_name] as const,
  );
  return Object.fromEntries(pairs);
}

const folders: string[] = [];
const bundles = new Map<string, Promise<string>>();

/**
 * @param checkout its wrangler.toml says how to bundle
 * @returns the path of the bundle; each entry is bundled once
 */
export function bundle(entry: string, checkout = "."): Promise<string> {
  const known = bundles.get(entry);
  if (known !== undefined) return known;
  const made = make(entry, checkout);
  bundles.set(entry, made);
  return made;
}

async function make(entry: string, checkout: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-bundle-"));
  folders.push(folder);
  const config = join(folder, "wrangler.json");
  const main = resolve(entry);
  const { keep_names } = unstable_readConfig({
    config: join(checkout, "wrangler.toml"),
  });
  writeFileSync(
    config,
    JSON.stringify({
      name: "bench",
      main,
      compatibility_date: compatibilityDate,
      keep_names,
    }),
  );
  const out = ["--dry-run", "--outdir", folder, "--config", config];
  await promisify(execFile)(process.execPath, [wrangler, "deploy", ...out], {
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  return join(folder, basename(entry).replace(/\.ts$/, ".js"));
}

export function removeBundles(): void {
  for (const folder of folders) rmSync(folder, { recursive: true });
}
