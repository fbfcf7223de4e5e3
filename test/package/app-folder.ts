// App folder: an app of its own, with the packed package and some packages of others in its node_modules.
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installed, project } from "./project.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Makes an app beside the project.
 *
 * @param source a folder with its files
 * @param packages names in this checkout's node_modules, which it may import
 * @returns its path
 */
export function appFolder(
  name: string,
  source: string,
  packages: readonly string[] = [],
): string {
  const folder = join(dirname(project), name);
  cpSync(source, folder, { recursive: true });
  const modules = join(folder, "node_modules");
  // Not a link: its own imports have to be found here, too.
  cpSync(installed(), join(modules, "edge-chat"), { recursive: true });
  for (const one of packages) {
    mkdirSync(dirname(join(modules, one)), { recursive: true });
    symlinkSync(join(root, "node_modules", one), join(modules, one));
  }
  return folder;
}
