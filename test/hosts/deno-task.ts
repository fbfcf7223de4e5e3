// Deno task: runs a task of deno.jsonc to its end, as an operator does.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { denoBinary } from "./deno-binary.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @returns what it has printed
 * @throws Error with that, if it fails
 */
export async function denoTask(...args: string[]): Promise<string> {
  const child = spawn(denoBinary(), ["task", ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      printed += chunk;
    });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(printed);
  return printed;
}
