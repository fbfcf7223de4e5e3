// Killable server: a server on either host that a test kills and starts again with the same data and port.
import { startDeno } from "./deno.ts";
import { type DevOptions, type DevServer, startDev } from "./dev-server.ts";

export const HOSTS = ["cloudflare", "deno"] as const;
export type HostName = (typeof HOSTS)[number];

export type Killable = Pick<DevServer, "url" | "kill">;

export function startKillable(
  host: HostName,
  options: DevOptions,
): Promise<Killable> {
  return host === "deno" ? onDeno(options) : startDev(options);
}

async function onDeno({
  state,
  port,
  vars = {},
  entry,
}: DevOptions): Promise<Killable> {
  const env = Object.entries(vars).map(([name, value]) => [name, `${value}`]);
  const { url, stop } = await startDeno({
    data: state,
    env: Object.fromEntries(env),
    args: ["--port", `${port}`],
    ...(entry !== undefined && {
      command: `--no-lock -A ${entry} ${state} ${port}`,
    }),
  });
  return {
    url,
    kill: async () => {
      await stop("SIGKILL");
    },
  };
}
