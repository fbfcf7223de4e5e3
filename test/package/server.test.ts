// The server as npm delivers it: another app mounts it on both hosts, and its types check with the app's own Hono.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { baseUrl } from "../conformance/support/connection.ts";
import {
  expectSilence,
  join as joinRoom,
} from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { type DenoServer, startDeno } from "../hosts/deno.ts";
import { checkMountedChat } from "../hosts/mounted-chat.ts";
import { ADMIN_SECRET } from "../hosts/site.ts";
import { appFolder } from "./app-folder.ts";
import { runs, tarball } from "./project.ts";

// Otherwise the harness asks the network for a location.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";

const bin = join(import.meta.dirname, "../../node_modules/.bin");
const folder = appFolder(
  "server-app",
  join(import.meta.dirname, "server-app"),
  ["hono", "@cloudflare/workers-types", "@types/node"],
);

/** The app's own server speaks by its routes /bot. */
function checkServerHand(): void {
  const post = async (path: string, body: object) => {
    const url = new URL(`/bot/${path}`, baseUrl());
    const answer = await fetch(url, {
      method: "POST",
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const as = { id: "weather", username: "Weather" };

  test("people get the messages of the app's own server, each once", async () => {
    const room = uniqueName("lobby");
    const alice = await joinRoom(room, person("alice"));
    const bot = { username: "bot:Weather", bot: true } as const;
    for (const duplicate of [undefined, true]) {
      const said = { as, text: "rain", id: "w-1", data: 3 };
      expect(await post(`rooms/${room}`, said)).toMatchObject({
        receipt: { seq: 1, ...(duplicate && { duplicate }) },
        members: [{ username: alice.name, user: alice.welcome.user }],
        page: { messages: [{ ...bot, text: "rain" }], more: false },
      });
      const told = await post(`users/${alice.name}`, { ...said, text: "coat" });
      expect(told).toMatchObject({ to: alice.name, delivered: true });
    }
    await alice.next("message", { ...bot, text: "rain", data: 3 });
    await alice.next("private", { ...bot, text: "coat", data: 3 });
    const bob = await joinRoom(room, person("bob"), { history: 0 });
    await alice.next("joined", { username: bob.name });
    await expectSilence(alice, bob);
  });
}

describe("a Worker that mounts the packed chat", () => {
  const harness = createTestHarness({
    workers: [{ configPath: join(folder, "wrangler.toml") }],
  });
  beforeAll(async () => {
    const { url } = await harness.listen();
    process.env.EDGE_CHAT_URL = `${url.origin}/chat`;
  });
  afterAll(() => harness.close());

  checkMountedChat();
  checkServerHand();
});

describe("a Deno process that mounts the packed chat", () => {
  let server: DenoServer;
  beforeAll(async () => {
    const data = join(folder, "data");
    const main = join(folder, "main.ts");
    const command = `-A --no-lock --no-check ${main} ${data} ${ADMIN_SECRET}`;
    server = await startDeno({ data, command });
    process.env.EDGE_CHAT_URL = `${server.url}/chat`;
  });
  afterAll(() => server.stop());

  checkMountedChat();
  checkServerHand();
});

test.for([
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "node16", moduleResolution: "node16" },
  { module: "esnext", moduleResolution: "bundler" },
])(
  "an app's server checks its types by $moduleResolution",
  async ({ module, moduleResolution }) => {
    const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes"];
    const place = ["--types", "@cloudflare/workers-types", "--lib", "esnext"];
    const how = ["--module", module, "--moduleResolution", moduleResolution];
    // With skipLibCheck off: the package's own declarations are checked too.
    const args = ["--ignoreConfig", ...flags, ...place, ...how, "typed.ts"];
    expect(await runs(join(bin, "tsc"), args, { cwd: folder })).toBe("");
  },
);

interface TypeProblem {
  readonly kind: string;
  readonly entrypoint: string;
  readonly resolutionKind: string;
}

test("attw finds the right types for each way in which an ESM app imports it", async () => {
  const args = [tarball, "--profile", "esm-only", "--format", "json"];
  const told = JSON.parse(await runs(join(bin, "attw"), args));
  const problems: Record<string, TypeProblem[]> = told.problems;
  // The package has no CommonJS, and Node has `exports` since version 12.
  const others = ["node10", "node16-cjs"];
  const found = Object.values(problems)
    .flat()
    .filter(({ resolutionKind }) => !others.includes(resolutionKind));
  expect(found).toEqual([]);
  expect(told.analysis.entrypoints).toHaveProperty(["./cloudflare"]);
});
