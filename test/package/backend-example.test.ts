// Backend example: a backend sends messages to the chat, hears what people say, and answers a command, on both hosts.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { createTestHarness } from "wrangler";
import { connect } from "../../src/client/index.ts";
import { memoryStorage } from "../../src/client/storage.ts";
import { startDeno } from "../hosts/deno.ts";
import { freePort } from "../hosts/dev-server.ts";
import { appFolder } from "./app-folder.ts";

// Otherwise the harness asks the network for a location.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";

const source = join(import.meta.dirname, "../../examples/backend");
const SOON = { timeout: 20_000 };
type Vars = Readonly<Record<string, string>>;

async function startWorker(folder: string, vars: Vars): Promise<string> {
  const harness = createTestHarness({
    workers: [{ configPath: join(folder, "wrangler.toml"), vars: { ...vars } }],
  });
  const { url } = await harness.listen();
  onTestFinished(() => harness.close());
  return url.origin;
}

async function startProcess(folder: string, env: Vars): Promise<string> {
  const data = join(folder, "data");
  const command = `-A --no-lock --no-check ${folder}/src/main.ts ${data} 0`;
  const server = await startDeno({ data, command, env });
  onTestFinished(async () => void (await server.stop()));
  return server.url;
}

/** @returns the lines that it prints */
function startBackend(folder: string, env: Vars): string[] {
  const child = spawn(process.execPath, ["src/backend.ts"], {
    ...{ cwd: folder, env: { ...process.env, ...env } },
  });
  onTestFinished(() => void child.kill());
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => printed.push(line));
  return printed;
}

test.for([
  ["Cloudflare", "backend", startWorker],
  ["Deno", "backend-deno", startProcess],
] as const)(
  "a backend publishes once, hears what a person says, and answers /roll on %s",
  async ([, name, start]) => {
    const folder = appFolder(name, source, ["standardwebhooks"]);
    const port = await freePort();
    const vars = {
      ADMIN_SECRET: "the-admin-secret-of-this-test",
      WEBHOOK_SECRET: `whsec_${btoa("the-secret-of-this-test-32-bytes")}`,
      WEBHOOK_URL: `http://127.0.0.1:${port}/chat`,
      WEBHOOK_COMMANDS: "roll",
    };
    const url = await start(folder, vars);
    const env = { ...vars, CHAT_URL: url, PORT: `${port}` };
    const printed = startBackend(folder, env);
    await expect
      .poll(() => printed.filter((line) => /^published/.test(line)), SOON)
      .toEqual(["published 1", "published again 1 true", "published 2 3"]);
    const lobby = connect(url, {
      ...{ room: "lobby", username: "ann", storage: memoryStorage() },
      history: 10,
    });
    onTestFinished(() => lobby.client.close());
    const shown: string[] = [];
    lobby.on("message", ({ username, text }) =>
      shown.push(`${username}: ${text}`),
    );
    await lobby.send("hello backend");
    await lobby.command("roll", "20");
    const { replies } = await lobby.command("roll", "one");
    expect(replies).toEqual(["Write: /roll 6"]);
    const rolled = shown.at(-1);
    expect(rolled).toMatch(/^ann: rolled \d+ of 20$/);
    expect(shown).toEqual([
      "bot:Backend: The backend is here.",
      "bot:Backend: Write /roll 20.",
      "bot:Backend: I hear what you say.",
      ...["ann: hello backend", rolled],
    ]);
    await expect
      .poll(() => printed.filter((line) => /message.created/.test(line)), SOON)
      .toEqual(
        shown.map((line) => {
          const [, username, text] = /^(\S+): (.*)$/.exec(line) ?? [];
          return `heard message.created lobby ${username} ${text}`;
        }),
      );
    const forged = await fetch(vars.WEBHOOK_URL, {
      method: "POST",
      body: "{}",
    });
    expect(forged.status).toBe(401);
  },
);
