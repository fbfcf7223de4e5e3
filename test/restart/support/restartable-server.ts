// Restartable server: a test kills it and starts it again with the same data and port; test/conformance's clients find it.
import { onTestFinished } from "vitest";
import {
  type DevOptions,
  freePort,
  freshState,
} from "../../hosts/dev-server.ts";
import { type Killable, startKillable } from "../../hosts/killable-server.ts";

export interface RestartableServer {
  readonly url: string;
  /** Sends SIGKILL to all its processes. */
  kill(): Promise<void>;
  /** Starts it again, optionally with other settings. */
  start(vars?: DevOptions["vars"]): Promise<void>;
}

/**
 * Starts a server that ends, with its data, after the test.
 *
 * @param prepare puts files into the data folder before the start
 */
export async function startRestartable(
  vars?: DevOptions["vars"],
  prepare: (folder: string) => void = () => undefined,
): Promise<RestartableServer> {
  const state = await freshState();
  onTestFinished(state.remove);
  prepare(state.path);
  const port = await freePort();
  let server: Killable | undefined;
  onTestFinished(() => server?.kill());
  const start = async (vars: DevOptions["vars"] = {}) => {
    const options = { state: state.path, port, vars };
    const isDeno = process.env.EDGE_CHAT_HOST === "deno";
    server = await startKillable(isDeno ? "deno" : "cloudflare", options);
    process.env.EDGE_CHAT_URL = server.url;
  };
  await start(vars);
  return {
    url: `http://127.0.0.1:${port}`,
    kill: async () => {
      await server?.kill();
      server = undefined;
    },
    start,
  };
}
