// Deno locks: `npm run locks` writes both lock files of Deno after a change of package-lock.json.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { denoBinary } from "../hosts/deno-binary.ts";

type Versions = Record<string, string>;

const root = fileURLToPath(new URL("../..", import.meta.url));

const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

const server: Versions = json(join(root, "package.json")).devDependencies;
const tools: Versions = json(join(root, "tools/package.json")).dependencies;

const serverLock = lockOf(server);
const allLock = lockOf({ ...server, ...tools });
writeFileSync(join(root, "deno.lock"), serverLock);
// The tools are added to the server's packages of package.json.
writeFileSync(
  join(root, "tools/deno.lock"),
  beforeWorkspace(allLock) +
    serverLock.slice(beforeWorkspace(serverLock).length),
);

/** Without a deno.lock, Deno takes the versions from package-lock.json. */
function lockOf(versions: Versions): string {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-locks-"));
  try {
    const manifest = { devDependencies: withoutFolders(versions) };
    const lock = json(join(root, "package-lock.json"));
    lock.packages[""] = manifest;
    const files = {
      "package.json": manifest,
      "package-lock.json": lock,
      "deno.json": {},
    };
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, name), JSON.stringify(content));
    execFileSync(denoBinary(), ["install", "--quiet", "--lockfile-only"], {
      cwd: folder,
      stdio: "inherit",
    });
    return readFileSync(join(folder, "deno.lock"), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Leaves out packages that are local folders. */
function withoutFolders(versions: Versions): Versions {
  return Object.fromEntries(
    Object.entries(versions).filter(([, one]) => !one.startsWith("file:")),
  );
}

function beforeWorkspace(lock: string): string {
  return lock.slice(0, lock.indexOf('"workspace"'));
}
