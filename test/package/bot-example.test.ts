// Bot example: the bot answers a person's question once, on both hosts.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createTestHarness } from "wrangler";
import { connect } from "../../src/client/index.ts";
import { memoryStorage } from "../../src/client/storage.ts";
import { startDeno } from "../hosts/deno.ts";
import { appFolder } from "./app-folder.ts";

// Otherwise the harness asks the network for a location.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";

const source = join(import.meta.dirname, "../../examples/bot");

async function startWorker(): Promise<string> {
  const folder = appFolder("bot", source);
  const harness = createTestHarness({
    workers: [{ configPath: join(folder, "wrangler.toml") }],
  });
  const { url } = await harness.listen();
  onTestFinished(() => harness.close());
  return url.origin;
}

async function startProcess(): Promise<string> {
  const folder = appFolder("bot-deno", source);
  const data = join(folder, "data");
  const command = `-A --no-lock --no-check ${folder}/src/main.ts ${data} 0`;
  const server = await startDeno({ data, command });
  onTestFinished(async () => void (await server.stop()));
  return server.url;
}

test.for([
  ["Cloudflare", startWorker],
  ["Deno", startProcess],
] as const)("the bot answers a person once on %s", async ([, start]) => {
  const url = await start();
  const lobby = connect(url, {
    ...{ room: "lobby", username: "ann", storage: memoryStorage() },
  });
  onTestFinished(() => lobby.client.close());
  const shown: string[] = [];
  lobby.on("message", ({ username, text }) =>
    shown.push(`${username}: ${text}`),
  );
  for (const text of ["hi", "@helper hello", "@helper hello again"])
    await lobby.send(text);
  const answer = "bot:helper: Hello ann! Ask me for the time.";
  await expect
    .poll(() => shown.filter((line) => line === answer).length, {
      timeout: 10_000,
    })
    .toBe(2);
  await lobby.send("@helper time");
  await expect
    .poll(() => shown.at(-1), { timeout: 10_000 })
    .toMatch(/^bot:helper: It is 2\d\d\d-/);
  expect(shown.filter((line) => line === answer)).toHaveLength(2);
});
