// Pinned Deno: `npm run deno -- ...` runs it from outside of node_modules/.bin, where it would replace the Deno that runs a task.
import { spawn } from "node:child_process";
import { denoBinary } from "../hosts/deno-binary.ts";

const child = spawn(denoBinary(), process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => child.kill(signal));
child.once("exit", (code) => process.exit(code ?? 1));
