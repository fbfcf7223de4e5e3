// Packages for Deno alone: installs the server's where there are none, or with `all` what `npm install` brings.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Written by npm: its packages are complete, and Deno leaves them alone. */
const NPM_MARK = `${root}node_modules/.package-lock.json`;

if (process.argv[2] === "all") {
  if (!existsSync(NPM_MARK)) installAll();
} else if (!existsSync(`${root}node_modules`)) {
  deno("install", "--quiet");
}

/** By a lock file of its own: to serve a chat takes far less. */
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
