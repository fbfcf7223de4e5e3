// `npm run deno -- ...`: the pinned Deno, which is not in node_modules/.bin: there it would take the place of the Deno that runs a task.
import { spawn } from "node:child_process";
import { denoBinary } from "../hosts/deno-binary.ts";

const child = spawn(denoBinary(), process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => child.kill(signal));
child.once("exit", (code) => process.exit(code ?? 1));
