// Server package build: bundles the server of each host, the protocol and the test kit for the npm package.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The app of a user may have another copy of Hono, whose matches have another
 * symbol. The getter, which the bundled copy replaces by that symbol, is the
 * same in all copies.
 */
const anyHono: Plugin = {
  name: "any Hono",
  setup({ onLoad }) {
    onLoad({ filter: /hono\/dist\/helper\/route\/index\.js$/ }, ({ path }) => {
      const own = "c.req[GET_MATCH_RESULT][0].map(([[, route]]) => route)";
      const code = readFileSync(path, "utf8");
      if (!code.includes(own)) throw new Error(`${path} is not as it was.`);
      return { contents: code.replace(own, "c.req.matchedRoutes") };
    });
  },
};

/** A file of its own: in a module for Workers nothing may be a CommonJS package. */
const wsApart: Plugin = {
  name: "ws apart",
  setup({ onResolve }) {
    onResolve({ filter: /^ws$/ }, () => ({
      path: "../server/ws.js",
      external: true,
    }));
  },
};

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "es2024",
  // Methods keep their names, by which a stack trace can be read.
  minify: true,
  legalComments: "none",
  logLevel: "warning",
};

/** Builds all that `src/` has for servers, and the page. */
export async function buildServer(): Promise<void> {
  for (const folder of [
    ...["cloudflare", "core", "deno", "hooks", "hosting", "server", "testing"],
  ])
    rmSync(join(root, "dist", folder), { recursive: true, force: true });
  await build({
    ...shared,
    entryPoints: {
      "cloudflare/index": "src/cloudflare/index.ts",
      "deno/index": "src/deno/index.ts",
      "hooks/index": "src/hooks/index.ts",
      "protocol/index": "src/protocol/index.ts",
      "testing/index": "src/testing/index.ts",
    },
    outdir: "dist",
    splitting: true,
    chunkNames: "server/[name]-[hash]",
    external: ["cloudflare:workers"],
    plugins: [anyHono, wsApart],
  });
  await build({
    ...shared,
    entryPoints: { "server/ws": "ws" },
    outdir: "dist",
    banner: {
      js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);',
    },
  });
  execFileSync(process.execPath, [join(root, "src/web/build.ts")], {
    stdio: "inherit",
  });
  writeFileSync(join(root, "dist/licenses.txt"), licenses());
}

/** The licenses of the packages that are part of a bundle, of their own too. */
function licenses(): string {
  const { devDependencies } = manifestIn(root);
  const names = new Set(
    Object.keys(devDependencies ?? {}).filter((name) => !TOOLS.includes(name)),
  ).add(EMOJI_DATA);
  for (const name of names)
    for (const own of Object.keys(
      manifestIn(folderOf(name)).dependencies ?? {},
    ))
      names.add(own);
  return [...names]
    .sort()
    .map((name) => {
      const files = readdirSync(folderOf(name));
      const file = files.find((one) => /^licen[cs]e/i.test(one));
      if (file === undefined) throw new Error(`${name} has no license.`);
      return `${name}\n\n${readFileSync(join(folderOf(name), file), "utf8")}`;
    })
    .join("\n---\n\n");
}

/** Packages that build, and are in no bundle. */
const TOOLS: readonly string[] = ["edge-chat-tools", "esbuild"];

/** The page has a list of emoji that is made from it. */
const EMOJI_DATA = "emojibase-data";

function folderOf(name: string): string {
  return join(root, "node_modules", name);
}

function manifestIn(folder: string): {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
} {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
