// Make folder: a folder and those above it are made one by one, and a file system that takes none is an error at once.
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Node's own `recursive` never ends below `/proc`, where a folder is there and
 * nothing can be made in it.
 *
 * @param mode of the folders that are made
 * @throws Error if that is not possible
 */
export function makeFolder(path: string, mode: number): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, mode);
  try {
    mkdirSync(path, mode);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
