// Install: installs the server's packages for Deno if there are none, or with `all` the tools too.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * npm writes this file. Its packages are complete, and Deno does not change
 * them.
 */
const NPM_MARK = `${root}node_modules/.package-lock.json`;

if (process.argv[2] === "all") {
  if (!existsSync(NPM_MARK)) installAll();
} else if (!existsSync(`${root}node_modules`)) {
  deno("install", "--quiet");
}

/** With its own lock file, since serving needs far fewer packages. */
function installAll(): void {
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(`${root}tools/package.json`, "utf8"),
  );
  const packages = Object.entries(dependencies).map(
    ([name, version]) => `npm:${name}@${version}`,
  );
  const lock = ["--lock=tools/deno.lock", "--frozen"];
  deno("install", "--quiet", "--no-save", ...lock, ...packages);
}

function deno(...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
