// Builds the page into dist/page, which both hosts serve: `node src/web/build.ts`, or under Deno.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build, type OutputFile } from "esbuild";

const common = {
  bundle: true,
  write: false,
  minify: true,
  sourcemap: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"' },
} as const;

/** @param target a folder, which holds the page and nothing else afterwards */
export async function buildPage(target: string): Promise<void> {
  const files = new Map<string, Uint8Array>();
  for (const name of readdirSync(sourcePath("public")))
    files.set(name, readFileSync(sourcePath(`public/${name}`)));
  const outputs = [
    ...(await bundlePage(target)),
    ...(await bundleEmbedScript(target)),
  ];
  for (const { path, contents } of outputs) files.set(basename(path), contents);
  mkdirSync(target, { recursive: true });
  for (const [name, contents] of files)
    writeAtomically(join(target, name), contents);
  for (const name of readdirSync(target))
    if (!files.has(name) && !name.endsWith(TEMPORARY))
      rmSync(join(target, name), { recursive: true });
}

async function bundlePage(outdir: string): Promise<OutputFile[]> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: {
      page: sourcePath("main.tsx"),
      // A file of its own: a style in the markup would break the policy.
      style: sourcePath("styles/style.css"),
    },
    outdir,
    format: "esm",
    // The words of a language that few read are a file of their own.
    splitting: true,
    // By its content: a page from before a release never gets the new words.
    chunkNames: "[name]-[hash]",
    jsx: "automatic",
    jsxImportSource: "preact",
  });
  return outputFiles ?? [];
}

/** The script for other sites: no module, so that it knows its own element. */
async function bundleEmbedScript(outdir: string): Promise<OutputFile[]> {
  const entry = sourcePath("embed-script.ts");
  if (!existsSync(entry)) return [];
  const { outputFiles } = await build({
    ...common,
    entryPoints: { embed: entry },
    outdir,
    format: "iife",
  });
  return outputFiles ?? [];
}

const TEMPORARY = ".unfinished";

/** Whole or not at all: a server may be reading, and other builds run. */
function writeAtomically(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const temporary = `${path}.${process.pid}${TEMPORARY}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

function sourcePath(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

if (import.meta.main) await buildPage(sourcePath("../../dist/page"));
