// Mounted setup: the conformance suite runs against an app that mounts the packed package below /chat, with hooks that allow everything.
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { createTestHarness } from "wrangler";
import { settings } from "../conformance/support/settings.ts";
import { startDeno } from "../hosts/deno.ts";
import { ADMIN_SECRET } from "../hosts/site.ts";
import { setup as setupPackage } from "./setup.ts";

interface Running {
  readonly url: string;
  stop(): Promise<unknown>;
}

/** EDGE_CHAT_HOST is the host; HOOKS is `sync` or `async`. */
export async function setup(
  project: TestProject,
): Promise<() => Promise<void>> {
  const { config } = project;
  const removePackage = await setupPackage(project);
  Object.assign(process.env, config.env);
  // It reads the environment when it is loaded.
  const { appFolder } = await import("./app-folder.ts");
  const source = join(import.meta.dirname, "server-app");
  const folder = appFolder("mounted-app", source, ["hono"]);
  const hooks = { HOOKS: config.env?.HOOKS ?? "sync" };
  const isDeno = config.env?.EDGE_CHAT_HOST === "deno";
  const { url, stop } = await (isDeno
    ? startProcess(folder, hooks)
    : startWorker(folder, hooks));
  // Not in this process's environment: other projects have other servers.
  const own = { EDGE_CHAT_URL: `${url}/chat`, EDGE_CHAT_HAS_KEY: "1" };
  config.env = { ...config.env, ...own };
  return async () => {
    await stop();
    await removePackage();
  };
}

async function startWorker(folder: string, vars: object): Promise<Running> {
  // Otherwise the harness asks the network for a location.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  const harness = createTestHarness({
    workers: [
      {
        configPath: join(folder, "wrangler.toml"),
        vars: { ...settings, ...vars },
      },
    ],
  });
  const { url } = await harness.listen();
  return { url: url.origin, stop: () => harness.close() };
}

function startProcess(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Running> {
  const data = join(folder, "data");
  const command = `-A --no-lock --no-check ${folder}/main.ts ${data} ${ADMIN_SECRET}`;
  return startDeno({ data, command, settings, env });
}
