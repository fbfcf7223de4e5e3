// Prometheus: runs Debian's Prometheus with the configuration of docs/guides/metrics.md against a server, and asks it.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const BINARY = "/usr/bin/prometheus";

/** A value with its labels. */
export interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus {
  /** The result of a query, at present. */
  ask(query: string): Promise<Result[]>;
  /** Why the newest scrape has failed; empty: it has not. */
  lastError(): Promise<string>;
}

/** The scrape configuration of the page, for this server and secret. */
function configuration(server: string, secretFile: string): string {
  const docs = readFileSync(
    new URL("../../../docs/guides/metrics.md", import.meta.url),
    "utf8",
  );
  const [, block] = /```yaml\n([\s\S]*?)```/.exec(docs) ?? [];
  if (block === undefined) throw new Error("The page has no configuration.");
  return block
    .replace("/etc/prometheus/edge-chat-secret", secretFile)
    .replace("127.0.0.1:8787", new URL(server).host)
    .replace("scrape_interval: 15s", "scrape_interval: 1s");
}

/** Starts it, and ends it with the test. */
export async function startPrometheus(
  server: string,
  secret: string,
): Promise<Prometheus> {
  if (!existsSync(BINARY))
    throw new Error("It needs: apt-get install prometheus");
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-prometheus-"));
  const [secretFile, file] = [join(folder, "secret"), join(folder, "conf.yml")];
  writeFileSync(secretFile, secret);
  writeFileSync(file, configuration(server, secretFile));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    BINARY,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${address}`,
      "--log.level=warn",
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const exit = new Promise((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await exit;
    rmSync(folder, { recursive: true, force: true });
  });
  const get = async (path: string) => {
    const response = await fetch(`http://${address}/api/v1/${path}`);
    const body = Object(await response.json());
    if (body.status !== "success") throw new Error(JSON.stringify(body));
    return body.data;
  };
  await ready(`http://${address}/-/ready`);
  return {
    async ask(query) {
      const data = await get(`query?query=${encodeURIComponent(query)}`);
      return data.result.map(
        (one: { metric: object; value: [number, string] }) => ({
          metric: one.metric,
          value: Number(one.value[1]),
        }),
      );
    },
    async lastError() {
      const { activeTargets } = await get("targets");
      return activeTargets[0].lastError;
    },
  };
}

async function ready(url: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    if (Date.now() > deadline) throw new Error("Prometheus did not start.");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string")
    throw new Error("There is no free port.");
  return address.port;
}
