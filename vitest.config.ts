// Which tests there are, and what each kind of them needs.
import process from "node:process";
import { defineConfig } from "vitest/config";
import { LongFilesFirst } from "./test/long-files-first.ts";
import { prepareRun } from "./test/run-environment.ts";

prepareRun();

const unit = [
  "test/{bench,testing,protocol,core,http,hooks,house,hosting,socketio}/**/*.test.ts",
];

/**
 * The files of a project share processes and modules, since a process for each
 * file costs a quarter of the CPU. Globals and environment are reset between
 * files. Only for projects whose files leave no connection or timer behind.
 */
const shared = { isolate: false, setupFiles: ["test/fresh-globals.ts"] };

/** The SDK on bad networks, against a real server of that host. */
const live = (name: string, host: string, which = "*", env = {}) => ({
  test: {
    name,
    include: [`test/client/live/${which}.test.ts`],
    env: { EDGE_CHAT_HOST: host, ...env },
    expect: patient(),
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});

/** The same for long. */
const soak = (name: string, host: string) =>
  live(name, host, "stories", { STORIES: process.env.STORIES ?? "100" });

/** The campaigns of `npm run chaos`, each for a moment. */
const chaos = (name: string, host: string) => ({
  test: {
    name,
    include: ["test/chaos/*.test.ts"],
    env: { EDGE_CHAT_HOST: host },
    expect: patient(),
    testTimeout: 180_000,
  },
});

/**
 * What is polled may take as long as any other wait of a test: the 1 s of Vitest
 * is short on a busy machine. It only delays failures.
 */
const patient = (ms = 15_000) => ({ poll: { timeout: ms } });

/** Users at the page, in a real browser. */
const browser = (name: string, include: string[], env = {}) => ({
  test: {
    ...{ name, include, env },
    globalSetup: ["test/browser/support/global-setup.ts"],
    expect: patient(20_000),
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});

/** A server of an app gets webhooks from that host. */
const webhooks = (name: string, host: string) => ({
  test: {
    name,
    include: ["test/webhooks/*.test.ts"],
    env: { EDGE_CHAT_HOST: host },
    expect: patient(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

/** The conformance suite against an app that mounts the packed package. */
const mounted = (name: string, host: string, HOOKS: "sync" | "async") => ({
  test: {
    name,
    include: ["test/conformance/**/*.test.ts"],
    globalSetup: ["test/package/mounted-setup.ts"],
    env: { EDGE_CHAT_HOST: host, HOOKS },
    expect: patient(),
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    // Most of them wait for a server rather than compute: four at the
    // conformance suite leave two cores idle for a third of the time.
    maxWorkers: 6,
    // An order of files that is asked for, such as a random one, stays.
    ...(process.argv.some((word) => word.startsWith("--sequence."))
      ? {}
      : { sequence: { sequencer: LongFilesFirst } }),
    projects: [
      // A limit for what hangs: the models play thousands of scenes, beside other work.
      {
        test: { ...shared, name: "unit", include: unit, testTimeout: 120_000 },
      },
      { test: { ...shared, name: "web", include: ["test/web/**/*.test.ts"] } },
      {
        test: {
          ...shared,
          name: "cloudflare",
          include: ["test/cloudflare/**/*.test.ts"],
          expect: patient(),
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: "client",
          include: ["test/client/*.test.ts", "test/client/memory/*.test.ts"],
        },
      },
      {
        test: {
          ...shared,
          name: "cli",
          include: ["test/cli/**/*.test.ts"],
          globalSetup: ["test/hosts/conformance-setup.ts"],
          expect: patient(),
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      live("client-live", "cloudflare"),
      live("client-live-deno", "deno"),
      {
        test: {
          name: "memory-soak",
          include: ["test/client/memory/*.test.ts"],
          env: { MEMORY_STORIES: process.env.MEMORY_STORIES ?? "10000" },
        },
      },
      soak("client-soak", "cloudflare"),
      soak("client-soak-deno", "deno"),
      chaos("chaos", "cloudflare"),
      chaos("chaos-deno", "deno"),
      {
        test: {
          ...shared,
          name: "package",
          include: ["test/package/*.test.ts"],
          globalSetup: ["test/package/setup.ts"],
          expect: patient(),
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "restart",
          include: ["test/restart/**/*.test.ts"],
          expect: patient(),
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          globalSetup: ["test/hosts/conformance-setup.ts"],
          expect: patient(),
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: "conformance-deno",
          include: ["test/conformance/**/*.test.ts"],
          globalSetup: ["test/hosts/conformance-setup.ts"],
          env: { EDGE_CHAT_HOST: "deno" },
          expect: patient(),
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      mounted("mounted", "cloudflare", "sync"),
      mounted("mounted-async", "cloudflare", "async"),
      mounted("mounted-deno", "deno", "sync"),
      mounted("mounted-async-deno", "deno", "async"),
      {
        test: {
          ...shared,
          name: "abuse",
          include: ["test/abuse/**/*.test.ts"],
          expect: patient(),
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: "abuse-deno",
          include: ["test/abuse/**/*.test.ts"],
          env: { EDGE_CHAT_HOST: "deno" },
          expect: patient(),
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      webhooks("webhooks", "cloudflare"),
      webhooks("webhooks-deno", "deno"),
      {
        test: {
          name: "deno",
          include: [
            "test/deno/**/*.test.ts",
            "test/restart/{first-release,names,restart,socketio}.test.ts",
          ],
          env: { EDGE_CHAT_HOST: "deno" },
          expect: patient(),
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "proxies",
          include: ["test/proxies/*.test.ts"],
          expect: patient(),
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "readme",
          include: ["test/protocol-examples/**/*.test.ts"],
          globalSetup: ["test/hosts/conformance-setup.ts"],
          expect: patient(),
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "prometheus",
          include: ["test/prometheus/*.test.ts"],
          testTimeout: 90_000,
        },
      },
      browser("browser", ["test/browser/*.test.ts"]),
      browser("browser-long", ["test/browser/long/*.test.ts"]),
      browser("browser-deno", ["test/browser/**/*.test.ts"], {
        EDGE_CHAT_HOST: "deno",
      }),
      browser("screenshots", ["test/browser/screenshots.ts"]),
    ],
  },
});
