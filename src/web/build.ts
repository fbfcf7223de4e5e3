// Build: bundles the page into dist/page, which both hosts serve; runs as `node src/web/build.ts` or under Deno.
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
import { mergeChunks } from "./merge-chunks.ts";

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

/** @param target a folder; other files in it are removed */
export async function buildPage(target: string): Promise<void> {
  const files = new Map<string, Uint8Array>();
  for (const name of readdirSync(sourcePath("public")))
    files.set(name, readFileSync(sourcePath(`public/${name}`)));
  const outputs = [
    ...(await bundlePage(target)),
    ...(await bundleEmbedScript(target)),
  ];
  for (const { path, contents } of outputs) files.set(basename(path), contents);
  for (const name of SOCKETIO_FILES)
    files.set(`${SOCKETIO}/${name}`, readFileSync(socketIoPath(name)));
  mkdirSync(join(target, SOCKETIO), { recursive: true });
  for (const [name, contents] of files)
    writeAtomically(join(target, name), contents);
  const folders = new Map([
    [target, ""],
    [join(target, SOCKETIO), `${SOCKETIO}/`],
  ]);
  for (const [folder, prefix] of folders)
    for (const name of readdirSync(folder))
      if (
        !files.has(prefix + name) &&
        name !== SOCKETIO &&
        !name.endsWith(TEMPORARY)
      )
        rmSync(join(folder, name), { recursive: true });
}

async function bundlePage(outdir: string): Promise<OutputFile[]> {
  const { outputFiles } = await build({
    ...common,
    sourcemap: "inline",
    entryPoints: { page: sourcePath("main.tsx") },
    outdir,
    format: "esm",
    // Parts that load after the first view are separate files.
    splitting: true,
    // The hash of the content: a page of an earlier release never loads newer
    // texts.
    chunkNames: "[name]-[hash]",
    jsx: "automatic",
    jsxImportSource: "preact",
  });
  return [
    ...(await mergeChunks(outputFiles, "page.js", common)),
    ...(await bundleStyles(outdir)),
  ];
}

/** Separate files, since the policy allows no inline style. */
async function bundleStyles(outdir: string): Promise<OutputFile[]> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: {
      style: sourcePath("styles/style.css"),
      "on-demand": sourcePath("styles/on-demand.css"),
    },
    outdir,
  });
  return outputFiles;
}

/**
 * The script for embedding sites. It is no module, so that
 * `document.currentScript` is set.
 */
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

/** The folder of Socket.IO's client, as its own server serves it. */
const SOCKETIO = "socket.io";
const SOCKETIO_FILES = [
  "socket.io.js",
  "socket.io.min.js",
  "socket.io.esm.min.js",
];

function socketIoPath(name: string): string {
  // The package names one of its files for others to read.
  const known = import.meta.resolve("socket.io-client/dist/socket.io.js");
  return fileURLToPath(new URL(name, known));
}

/**
 * Writes the whole file or nothing: servers may read it, and other builds may
 * run.
 */
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
