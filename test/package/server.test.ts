// The server as npm delivers it: another app mounts it on both hosts, and its types check with the app's own Hono.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { type DenoServer, startDeno } from "../hosts/deno.ts";
import { checkMountedChat } from "../hosts/mounted-chat.ts";
import { ADMIN_SECRET } from "../hosts/site.ts";
import { appFolder } from "./app-folder.ts";
import { runs, tarball } from "./project.ts";

// Otherwise the harness asks the network for a location.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";

const bin = join(import.meta.dirname, "../../node_modules/.bin");
const folder = appFolder(
  "server-app",
  join(import.meta.dirname, "server-app"),
  ["hono", "@cloudflare/workers-types", "@types/node"],
);

describe("a Worker that mounts the packed chat", () => {
  const harness = createTestHarness({
    workers: [{ configPath: join(folder, "wrangler.toml") }],
  });
  beforeAll(async () => {
    const { url } = await harness.listen();
    process.env.EDGE_CHAT_URL = `${url.origin}/chat`;
  });
  afterAll(() => harness.close());

  checkMountedChat();
});

describe("a Deno process that mounts the packed chat", () => {
  let server: DenoServer;
  beforeAll(async () => {
    const data = join(folder, "data");
    const main = join(folder, "main.ts");
    const command = `-A --no-lock --no-check ${main} ${data} ${ADMIN_SECRET}`;
    server = await startDeno({ data, command });
    process.env.EDGE_CHAT_URL = `${server.url}/chat`;
  });
  afterAll(() => server.stop());

  checkMountedChat();
});

test.for([
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "node16", moduleResolution: "node16" },
  { module: "esnext", moduleResolution: "bundler" },
])(
  "an app's server checks its types by $moduleResolution",
  async ({ module, moduleResolution }) => {
    const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes"];
    const place = ["--types", "@cloudflare/workers-types", "--lib", "esnext"];
    const how = ["--module", module, "--moduleResolution", moduleResolution];
    // With skipLibCheck off: the package's own declarations are checked too.
    const args = ["--ignoreConfig", ...flags, ...place, ...how, "typed.ts"];
    expect(await runs(join(bin, "tsc"), args, { cwd: folder })).toBe("");
  },
);

interface TypeProblem {
  readonly kind: string;
  readonly entrypoint: string;
  readonly resolutionKind: string;
}

test("attw finds the right types for each way in which an ESM app imports it", async () => {
  const args = [tarball, "--profile", "esm-only", "--format", "json"];
  const told = JSON.parse(await runs(join(bin, "attw"), args));
  const problems: Record<string, TypeProblem[]> = told.problems;
  // The package has no CommonJS, and Node has `exports` since version 12.
  const others = ["node10", "node16-cjs"];
  const found = Object.values(problems)
    .flat()
    .filter(({ resolutionKind }) => !others.includes(resolutionKind));
  expect(found).toEqual([]);
  expect(told.analysis.entrypoints).toHaveProperty(["./cloudflare"]);
});
