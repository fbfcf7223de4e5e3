// React example: people see each other's messages in a real browser, by tokens of the app.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { build } from "vite";
import { expect, onTestFinished, test } from "vitest";
import { createTestHarness } from "wrangler";
import { startChromium } from "../browser/support/chromium.ts";
import { appFolder } from "./app-folder.ts";

// Otherwise the harness asks the network for a location.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";

const source = join(import.meta.dirname, "../../examples/react-jwt");

test("people of the app talk in the React example, and others get no token", async () => {
  const packages = ["hono", "react", "react-dom", "scheduler"];
  const folder = appFolder("react-jwt", source, packages);
  writeFileSync(
    join(folder, ".dev.vars"),
    `JWT_SECRET=${"0123456789abcdef".repeat(4)}\n`,
  );
  await build({ root: folder, logLevel: "warn" });
  const harness = createTestHarness({
    workers: [{ configPath: join(folder, "wrangler.toml") }],
  });
  const { url } = await harness.listen();
  onTestFinished(() => harness.close());
  const refused = await fetch(new URL("/token", url), { method: "POST" });
  expect(refused.status).toBe(401);

  const server = await startChromium();
  const browser = await chromium.connect(server.wsEndpoint());
  onTestFinished(async () => {
    await browser.close();
    await server.close();
  });
  const open = async (name: string) => {
    const context = await browser.newContext();
    const cookie = { name: "session", value: name, url: url.origin };
    await context.addCookies([cookie]);
    const page = await context.newPage();
    await page.goto(url.origin);
    await page.getByText("connected, here:").waitFor();
    return page;
  };
  const ann = await open("Ann");
  const bob = await open("Bob");
  await ann.getByText("here: Ann, Bob").waitFor();
  await bob.getByLabel("Message").fill("hello");
  await bob.getByLabel("Message").press("Enter");
  await ann.getByText("Bob: hello").waitFor();
  expect(await ann.locator("li").allTextContents()).toEqual(["Bob: hello"]);
});
