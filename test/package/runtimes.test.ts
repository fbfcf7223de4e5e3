// The packed client in every runtime that a server of ours can be reached from: Node, Deno, workerd.
import { readdirSync } from "node:fs";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type RunningServer,
  startServer,
} from "../client/support/live-server.ts";
import { uniqueSuffix } from "../conformance/support/people.ts";
import { denoBinary } from "../hosts/deno-binary.ts";
import { project, runs } from "./project.ts";

let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server?.stop());

/** What `talk` returns if all is well. */
const TALKED = {
  ...{ seq: 1, delivered: true, refused: "bad_request" },
  ...{ state: "connected", count: 2 },
  ...{ heard: ["hello", "psst"], history: ["hello"] },
};

/** Another runtime, as `EDGE_CHAT_RUNTIME="bun"`, is tried as well. */
const { EDGE_CHAT_RUNTIME: another } = process.env;
const RUNTIMES: Record<string, readonly string[]> = {
  Node: [process.execPath],
  Deno: [denoBinary(), "run", "-A"],
  ...(another !== undefined && { [another]: another.split(" ") }),
};

test.for(Object.entries(RUNTIMES))(
  "two users talk in %s",
  async ([, [program = "", ...args]]) => {
    const printed = await runs(program, [
      ...[...args, "main.js", server.url, uniqueSuffix()],
    ]);
    expect(JSON.parse(printed)).toEqual(TALKED);
  },
);

test.for(Object.entries(RUNTIMES))(
  "two users talk in %s, and what must outlive them is in files",
  async ([name, [program = "", ...args]]) => {
    const folder = `${project}/kept by ${name.replaceAll("/", "_")}`;
    const printed = await runs(program, [
      ...[...args, "main.js", server.url, uniqueSuffix(), folder],
    ]);
    expect(JSON.parse(printed)).toEqual(TALKED);
    // Of each a secret, a place in the room and one in the mail; no locks.
    const names = readdirSync(folder);
    expect(names.filter((name) => name.endsWith(".json"))).toHaveLength(6);
    expect(names).toHaveLength(6);
  },
);

test("two users talk in a Worker of workerd", async () => {
  const worker = await build({
    absWorkingDir: project,
    entryPoints: ["worker.js"],
    ...{ bundle: true, format: "esm", write: false },
  });
  const [{ text: script } = { text: "" }] = worker.outputFiles;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...{ host: "127.0.0.1", port: 0, cf: false, modules: true, script },
      ...{ compatibilityDate: "2026-11-01", telemetry: { enabled: false } },
    }),
  );
  try {
    const asked = await miniflare.ready;
    asked.searchParams.set("url", server.url);
    asked.searchParams.set("room", uniqueSuffix());
    const answer = await fetch(asked);
    expect(await answer.json()).toEqual(TALKED);
  } finally {
    await miniflare.dispose();
  }
});
