// Browser: opens the page in a separate browser context; every error in it fails the test.
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
} from "playwright-core";
import { test as every, expect, onTestFinished } from "vitest";
import { baseUrl } from "../../conformance/support/connection.ts";
import { ChatPage, TIMEOUT_MS } from "./chat-page.ts";

const { BROWSER, NO_BROWSER, CI } = process.env;

/** Skipped without a browser; in CI it fails instead. */
export const test = NO_BROWSER !== undefined && !CI ? every.skip : every;

export interface BrowserOptions extends BrowserContextOptions {
  /** Relative to the server, or a whole URL. */
  readonly path?: string;
  /** The test breaks the network on purpose: network errors are expected. */
  readonly badNetwork?: true;
  /** An error that the browser must report. */
  readonly expectedError?: RegExp;
  /** Runs in each page before the page's own scripts. */
  readonly initScript?: string;
}

/** The narrowest common phone. */
export const PHONE = {
  viewport: { width: 320, height: 568 },
  hasTouch: true,
  isMobile: true,
} as const;

/** Reports violations of the page's own policy. */
const REPORT_VIOLATIONS = `
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP:", event.violatedDirective, event.blockedURI, event.sample));
`;
const NETWORK_ERRORS = /net::ERR_|WebSocket connection to/;

/** Opens the page in a browser without stored data. */
export async function openChat(
  options: BrowserOptions = {},
): Promise<ChatPage> {
  const context = await openBrowser(options);
  return openTab(context, options.path);
}

/** Opens another tab of the same browser. */
export async function openTab(
  context: BrowserContext,
  path = "/",
): Promise<ChatPage> {
  const page = await context.newPage();
  await page.goto(new URL(path, baseUrl()).href);
  return new ChatPage(page);
}

/** Opens a browser without stored data, and no page in it. */
export async function openBrowser(
  options: BrowserOptions,
): Promise<BrowserContext> {
  const { badNetwork, expectedError, initScript, path: _, ...more } = options;
  const context = await (await connectBrowser()).newContext({
    locale: "en-GB",
    ...more,
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  const complaints: string[] = [];
  let hasExpectedError = expectedError === undefined;
  context.on("console", (message: ConsoleMessage) => {
    const text = message.text();
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (expectedError?.test(text)) hasExpectedError = true;
    else if (badNetwork !== true || !NETWORK_ERRORS.test(text))
      complaints.push(text);
  });
  context.on("weberror", (error) => complaints.push(`${error.error()}`));
  await context.addInitScript(REPORT_VIOLATIONS);
  if (initScript !== undefined) await context.addInitScript(initScript);
  onTestFinished(async () => {
    await context.close();
    expect(complaints, "what the browser complained of").toEqual([]);
    expect(hasExpectedError, `it complained of ${expectedError}`).toBe(true);
  });
  return context;
}

let connected: Promise<Browser> | null = null;

function connectBrowser(): Promise<Browser> {
  if (BROWSER === undefined) throw new Error(NO_BROWSER ?? "No browser.");
  connected ??= chromium.connect(BROWSER);
  return connected;
}
