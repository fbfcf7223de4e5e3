// Global setup: starts the server of the project's host, a browser, and sites that embed the page.
import type { TestProject } from "vitest/node";
import { startChromium } from "./chromium.ts";
import { startSites } from "./embedding-sites.ts";
import { startHost } from "./host.ts";

/** For this server only, which is not public. */
const ADMIN_SECRET = "only-the-browser-tests-know-this";
/** Hosts that may embed the page; `other.localhost` may not. */
const ALLOWED_HOSTS = [
  "127.0.0.1",
  "localhost",
  "shop.localhost",
  "help.localhost",
];

export async function setup({ config }: TestProject) {
  const sites = await startSites();
  const origins = ALLOWED_HOSTS.map((name) => `http://${name}:${sites.port}`);
  const server = await startHost(config.env?.EDGE_CHAT_HOST, {
    ADMIN_SECRET,
    EMBED_ORIGINS: origins.join(","),
  });
  const browser = await startChromium().catch((error: Error) => {
    console.error(`\n${RULE}\n${NO_CHROMIUM}\n${error.message}\n${RULE}\n`);
    return error;
  });
  // Not in the environment of this process, since other projects have other
  // servers.
  config.env = {
    ...config.env,
    ADMIN_SECRET,
    EDGE_CHAT_URL: server.url,
    SITES_PORT: `${sites.port}`,
    ...(browser instanceof Error
      ? { NO_BROWSER: browser.message }
      : { BROWSER: browser.wsEndpoint() }),
  };
  return async () => {
    if (!(browser instanceof Error)) await browser.close();
    sites.close();
    await server.stop();
  };
}

const RULE = "!".repeat(72);
const NO_CHROMIUM = `THE BROWSER TESTS ARE SKIPPED: there is no Chromium here.
Set CHROMIUM to one, or install one.`;
