// Init: `edge-chat init` writes a new project with a chat, or says what an existing one lacks.
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { findMissing } from "./worker-config.ts";

/** Built, the template is beside this file; in the checkout it is an example. */
const TEMPLATES = ["./starter/", "../../examples/starter/"];
/** npm would leave a file of that name out of the package. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore" };
const CONFIGS = ["wrangler.toml", "wrangler.jsonc", "wrangler.json"];

export interface InitResult {
  /** Nothing is left for the developer to add. */
  readonly ok: boolean;
  readonly lines: readonly string[];
}

/** @param folder of the project; it is made if it is not there */
export function initProject(folder: string): InitResult {
  const config = CONFIGS.find((name) => existsSync(join(folder, name)));
  return config === undefined
    ? writeProject(folder)
    : checkProject(folder, config);
}

/** Writes each file of the template that is not there yet. */
function writeProject(folder: string): InitResult {
  const template = templateFolder();
  const paths = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(template, join(parentPath, name)))
    .sort();
  const lines = paths.map((path) => {
    const name = RENAMED[path] ?? path;
    const target = join(folder, name);
    if (existsSync(target)) return `  ${name} is there already: left as it is`;
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(template, path), target);
    return `  ${name}`;
  });
  const hasManifest = lines.includes("  package.json");
  const install = hasManifest
    ? "npm install"
    : "npm install edge-chat && npm install -D wrangler";
  const isHere = relative(process.cwd(), folder) === "";
  const next = [
    ...(isHere ? [] : [`cd ${relative(process.cwd(), folder)}`]),
    ...[install, "npx wrangler dev"],
  ];
  return {
    ok: true,
    lines: ["Wrote a chat:", ...lines, "", "Next:", ...next.map(indented)],
  };
}

function checkProject(folder: string, config: string): InitResult {
  const missing = findMissing(folder, config);
  return missing.length === 0
    ? { ok: true, lines: [`${config} has all that a chat needs.`] }
    : { ok: false, lines: ["The project lacks:", ...missing] };
}

function templateFolder(): string {
  const found = TEMPLATES.map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  ).find((path) => existsSync(path));
  if (found === undefined) throw new Error("The package has no template.");
  return found;
}

function indented(line: string): string {
  return `  ${line}`;
}
