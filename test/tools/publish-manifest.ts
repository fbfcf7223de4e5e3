// Published manifest: `postpack` packs the tarball of `npm pack` again, with a package.json for users of the package.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The fields of the published manifest. The others are for development. */
const PUBLISHED = [
  ...["name", "version", "description", "keywords", "license", "type"],
  ...["sideEffects", "exports", "bin", "files", "engines"],
  ...["peerDependencies", "peerDependenciesMeta"],
];

/** Files that npm packs besides `files`. */
const ALWAYS = ["README.md", "LICENSE"];

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { INIT_CWD = root, npm_config_pack_destination = "" } = process.env;
const { npm_execpath, npm_config_dry_run } = process.env;
const destination = resolve(INIT_CWD, npm_config_pack_destination);

// A dry run writes nothing.
if (npm_config_dry_run !== "true") packAgain();

/**
 * npm packs package.json unchanged. Rewriting it for a moment could lose the
 * scripts in a crash.
 */
function packAgain(): void {
  if (npm_execpath === undefined) throw new Error("npm starts this script.");
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-published-"));
  try {
    const known = { ...manifest, ...manifest.publishConfig };
    const published = Object.fromEntries(
      PUBLISHED.map((field) => [field, known[field]]),
    );
    writeFileSync(
      join(folder, "package.json"),
      `${JSON.stringify(published, null, 2)}\n`,
    );
    const files: string[] = manifest.files;
    // A pattern of files to leave out: npm applies it.
    const paths = files.filter((path) => !path.startsWith("!"));
    for (const path of [...paths, ...ALWAYS])
      cpSync(join(root, path), join(folder, path), { recursive: true });
    execFileSync(
      process.execPath,
      [npm_execpath, "pack", "--silent", `--pack-destination=${destination}`],
      // Its output would be the name only, which the outer npm prints.
      { cwd: folder, stdio: ["ignore", "ignore", "inherit"] },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
