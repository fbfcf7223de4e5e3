// Opens a browser of one's own at the page; what goes wrong in it fails the test.
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
} from "playwright-core";
import { test as every, expect, onTestFinished } from "vitest";
import { baseUrl } from "../conformance/support/connection.ts";
import { Chat, PATIENCE_MS } from "./chat.ts";

const { BROWSER, NO_BROWSER, CI } = process.env;

/** Skipped where there is no browser; in the gate it fails instead. */
export const test = NO_BROWSER !== undefined && !CI ? every.skip : every;

export interface VisitOptions extends BrowserContextOptions {
  /** Below the server, or a whole URL. */
  readonly path?: string;
  /** Its network fails on purpose: what the browser says of that is no fault. */
  readonly badNetwork?: true;
  /** What the browser is to complain of. */
  readonly expected?: RegExp;
  /** Runs in each page before its own scripts. */
  readonly before?: string;
}

/** As narrow as they come. */
export const phone = {
  viewport: { width: 320, height: 568 },
  hasTouch: true,
  isMobile: true,
} as const;

/** A page refused something by its own policy says so in these words. */
const TELL_VIOLATIONS = `
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP:", event.violatedDirective, event.blockedURI, event.sample));
`;
const NETWORK = /net::ERR_|WebSocket connection to/;

/** The page, in a browser that nobody has used before. */
export async function visit(options: VisitOptions = {}): Promise<Chat> {
  const context = await person(options);
  return open(context, options.path);
}

/** Another tab of the same browser. */
export async function open(context: BrowserContext, path = "/"): Promise<Chat> {
  const page = await context.newPage();
  await page.goto(new URL(path, baseUrl()).href);
  return new Chat(page);
}

/** A browser of one's own, with nothing open yet. */
export async function person(options: VisitOptions): Promise<BrowserContext> {
  const { badNetwork, expected, before, path: _, ...more } = options;
  const context = await (await browser()).newContext({
    locale: "en-GB",
    ...more,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const wrong: string[] = [];
  let isAsExpected = expected === undefined;
  context.on("console", (message: ConsoleMessage) => {
    const text = message.text();
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (expected?.test(text)) isAsExpected = true;
    else if (badNetwork !== true || !NETWORK.test(text)) wrong.push(text);
  });
  context.on("weberror", (error) => wrong.push(`${error.error()}`));
  await context.addInitScript(TELL_VIOLATIONS);
  if (before !== undefined) await context.addInitScript(before);
  onTestFinished(async () => {
    await context.close();
    expect(wrong, "what the browser complained of").toEqual([]);
    expect(isAsExpected, `it complained of ${expected}`).toBe(true);
  });
  return context;
}

let connected: Promise<Browser> | null = null;

function browser(): Promise<Browser> {
  if (BROWSER === undefined) throw new Error(NO_BROWSER ?? "No browser.");
  connected ??= chromium.connect(BROWSER);
  return connected;
}
