// Deno binary: finds the Deno that runs this process, or else the pinned one in node_modules.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export function denoBinary(): string {
  if ("deno" in process.versions) return process.execPath;
  const { platform, arch } = process;
  const libc = platform === "linux" ? "-glibc" : "";
  const manifest = `@deno/${platform}-${arch}${libc}/package.json`;
  const folder = dirname(createRequire(import.meta.url).resolve(manifest));
  return join(folder, platform === "win32" ? "deno.exe" : "deno");
}
