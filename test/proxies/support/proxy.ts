// Proxy: runs nginx or Caddy in front of the server with a block of docs/guides/proxies.md.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "../../hosts/dev-server.ts";

const docs = readFileSync(
  new URL("../../../docs/guides/proxies.md", import.meta.url),
  "utf8",
);

/** The host name in the blocks. */
export const HOST = "chat.example";

/** The settings that the page gives to the server. */
export function settingsOfDocs(): Record<string, string> {
  const [, lines = ""] = /```sh\n([\s\S]*?)```/.exec(docs) ?? [];
  return Object.fromEntries(
    lines
      .trim()
      .split("\n")
      .map((line) => line.split("=")),
  );
}

/** Returns the code block under a heading. */
export function blockOf(heading: string): string {
  const [, section = ""] = docs.split(`\n## ${heading}\n`);
  const [, block] = /```\w+\n([\s\S]*?)```/.exec(section) ?? [];
  if (block === undefined) throw new Error(`No block under ${heading}.`);
  return block;
}

type ProxyFiles = { readonly folder: string; readonly port: number };

/** Starts nginx; returns its URL. */
export function startNginx(block: string, server: string): Promise<string> {
  return start("/usr/sbin/nginx", "nginx-light", ({ folder, port }) => {
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join("\n");
    const site = replaced(block, [
      ["listen 80;", `listen 127.0.0.1:${port};`],
      ["http://127.0.0.1:8787", server],
    ]);
    const file = join(folder, "nginx.conf");
    const main = `daemon off; pid ${folder}/pid; error_log stderr; events {}`;
    writeFileSync(
      file,
      `${main}\nhttp { access_log off;\n${temporary}\n${site} }`,
    );
    return ["-c", file, "-e", "stderr"];
  });
}

/**
 * Starts Caddy without certificates, which it cannot get here; returns its URL.
 */
export function startCaddy(block: string, server: string): Promise<string> {
  return start("/usr/bin/caddy", "caddy", ({ folder, port }) => {
    const site = replaced(block, [
      [`${HOST} {`, `http://${HOST}:${port} {\n    bind 127.0.0.1`],
      ["127.0.0.1:8787", server.replace("http://", "")],
    ]);
    const file = join(folder, "Caddyfile");
    writeFileSync(file, `{\n    admin off\n}\n${site}`);
    return ["run", "--config", file, "--adapter", "caddyfile"];
  });
}

function replaced(text: string, pairs: readonly [string, string][]): string {
  for (const [from] of pairs)
    if (!text.includes(from)) throw new Error(`The block has no ${from}.`);
  return pairs.reduce((so, [from, to]) => so.replaceAll(from, to), text);
}

async function start(
  program: string,
  name: string,
  configure: (place: ProxyFiles) => string[],
): Promise<string> {
  if (!existsSync(program))
    throw new Error(`There is no ${program}: apt-get install ${name}`);
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-proxy-"));
  const port = await freePort();
  const child = spawn(program, configure({ folder, port }), {
    env: {
      ...process.env,
      HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let printed = "";
  child.stderr.on("data", (data) => {
    printed += data;
  });
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => resolve()),
  );
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (child.exitCode !== null)
      throw new Error(`${program} did not start:\n${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return url;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
