// Burden: a process that keeps the server's core busy for half of the time.
import { type ChildProcess, spawn } from "node:child_process";
import { onServerCore } from "./cores.ts";

const HALF_MS = 5;
/** Runs in the process: it ends with the benchmark. */
const PROGRAM = `
process.on("disconnect", () => process.exit());
setInterval(() => {
  const end = performance.now() + ${HALF_MS};
  while (performance.now() < end);
}, ${2 * HALF_MS});
`;

export class Burden {
  readonly #child: ChildProcess;

  constructor() {
    const [program = "", ...args] = onServerCore([
      process.execPath,
      "-e",
      PROGRAM,
    ]);
    this.#child = spawn(program, args, {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }
}
