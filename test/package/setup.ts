// Packs the package, and installs it into a project of its own: whatever the tests use is what npm delivers.
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const programs = fileURLToPath(new URL("./program", import.meta.url));

/** The tests find the project by EDGE_CHAT_PROJECT, its tarball by EDGE_CHAT_TARBALL. */
export async function setup({ config }: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), "edge-chat-package-"));
  const project = join(folder, "project");
  // `prepack` builds it.
  await run("npm", ["pack", "--pack-destination", folder], { cwd: root });
  const names = await readdir(folder);
  const [tarball = ""] = names.filter((name) => name.endsWith(".tgz"));
  await cp(programs, project, { recursive: true });
  await writeFile(
    join(project, "package.json"),
    JSON.stringify({ name: "project", type: "module", private: true }),
  );
  // Without the network: it needs no other package.
  const quiet = ["--no-audit", "--no-fund", "--offline"];
  await run("npm", ["install", ...quiet, join(folder, tarball)], {
    cwd: project,
  });
  config.env = {
    ...config.env,
    EDGE_CHAT_PROJECT: project,
    EDGE_CHAT_TARBALL: join(folder, tarball),
  };
  return () => rm(folder, { recursive: true, force: true });
}
