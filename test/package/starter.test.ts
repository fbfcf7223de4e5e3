// Starter: `npx edge-chat init` in an empty folder gives a project whose test, types and Worker run with the packed package.
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { connect } from "../../src/client/index.ts";
import { memoryStorage } from "../../src/client/storage.ts";
import { installed, runs, tarball } from "./project.ts";

// Otherwise the harness asks the network for a location.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";

const root = join(import.meta.dirname, "../..");
const TOOLS = ["@cloudflare", "@types", "typescript", "wrangler"];
let parent = "";
let folder = "";

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "edge-chat-starter-"));
  folder = join(parent, "my-chat");
  const program = installed("dist/cli/main.js");
  const args = [program, "init", "my-chat"];
  const printed = await runs(process.execPath, args, { cwd: parent });
  expect(printed).toMatch(
    /^Wrote a chat:\n[\s\S]*cd my-chat\n {2}npm install\n/,
  );
  // Without the network the tools are those of this checkout.
  const manifest = join(folder, "package.json");
  const { devDependencies: _, ...rest } = JSON.parse(
    readFileSync(manifest, "utf8"),
  );
  writeFileSync(manifest, JSON.stringify(rest));
  const quiet = ["--no-audit", "--no-fund", "--offline"];
  await runs("npm", ["install", ...quiet, tarball], { cwd: folder });
  for (const name of TOOLS)
    symlinkSync(
      join(root, "node_modules", name),
      join(folder, "node_modules", name),
    );
});
afterAll(() => rm(parent, { recursive: true, force: true }));

test("the test of the hook in a new project passes", async () => {
  const args = ["--test", "src/hooks.test.ts"];
  const printed = await runs(process.execPath, args, { cwd: folder });
  expect(printed).toMatch(/pass 1\b/);
});

test("the types of a new project check", async () => {
  const tsc = join(root, "node_modules/.bin/tsc");
  expect(await runs(tsc, ["-p", "."], { cwd: folder })).toBe("");
});

test("a new project lacks nothing, as the command says", async () => {
  const args = [installed("dist/cli/main.js"), "init"];
  expect(await runs(process.execPath, args, { cwd: folder })).toBe(
    "wrangler.toml has all that a chat needs.\n",
  );
});

test("people talk at the Worker of a new project, and its hook decides", async () => {
  const harness = createTestHarness({
    workers: [{ configPath: join(folder, "wrangler.toml") }],
  });
  try {
    const { url } = await harness.listen();
    const options = { room: "lobby", storage: memoryStorage() };
    const ann = connect(url.origin, { ...options, username: "ann" });
    await expect(ann.send("see https://spam.example")).rejects.toMatchObject({
      ...{ code: "forbidden", message: "No links here, please." },
    });
    await ann.send(" hi ");
    const { messages } = await ann.history();
    expect(messages.map(({ text }) => text)).toEqual(["hi"]);
    await ann.client.close();
    expect(await (await fetch(url)).text()).toContain("<!doctype html>");
  } finally {
    await harness.close();
  }
});
