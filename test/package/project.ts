// The project into which the packed package is installed, and programs that run in it.
import { type ExecFileOptions, execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is set by setup.ts.`);
  return value;
}

/** The project's folder. */
export const project = given("EDGE_CHAT_PROJECT");
/** What `npm pack` made. */
export const tarball = given("EDGE_CHAT_TARBALL");

/** In the installed package. */
export const installed = (...path: string[]) =>
  join(project, "node_modules/edge-chat", ...path);

/**
 * What it prints.
 *
 * @throws Error with all it printed, if its exit code is not 0
 */
export async function runs(
  program: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<string> {
  const run = promisify(execFile);
  const { stdout } = await run(program, args, {
    cwd: project,
    timeout: 50_000,
    ...options,
    encoding: "utf8",
  }).catch(({ message, stdout, stderr }) => {
    throw new Error(`${message}\n${stdout}\n${stderr}`);
  });
  return stdout;
}
