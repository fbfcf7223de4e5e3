// Contenders: lists the compared servers with their start commands and dialects.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SettingName } from "../../../src/protocol/settings.ts";
import { denoBinary } from "../../hosts/deno-binary.ts";
import {
  bridged,
  type Dialect,
  jsonDialect,
  nchan,
  socketIo,
} from "../load/dialect.ts";
import { WEBHOOK_SECRET, webhookReceiver } from "../load/webhook-receiver.ts";
import type { Command } from "../machine/server.ts";
import { bundle, compatibilityDate, objectsOf } from "./bundle.ts";
import { NCHAN_MODULE } from "./nchan-module.ts";
import type { WorkerOptions } from "./worker-host.ts";

export type Settings = { readonly [Name in SettingName]?: number | string };
export interface Start {
  readonly settings?: Settings;
  readonly inspect?: boolean;
  readonly apart?: readonly string[];
}

export interface Contender {
  readonly title: string;
  readonly dialect: Dialect;
  /** @param how settings and tools, for our servers */
  command(how?: Start): Promise<Command>;
  readonly isAbsent?: boolean;
}

const KEY_SECRET = "the-secret-of-the-benchmark";
/** The bearer token of a backend that sends by HTTP. */
export const PUBLISH_KEY = `ek_bench_${KEY_SECRET}`;
const keyHash = createHash("sha256").update(KEY_SECRET).digest("hex");

/**
 * No rate limit, since the load would meet it. Names and members end at once or
 * never, so that a measurement leaves no work for the next one.
 */
const SETTINGS: Settings = {
  RATE_PER_SECOND: 0,
  CONNECTS_PER_MINUTE: 0,
  PRESENCE_GRACE_MS: 0,
  GUEST_CLAIM_SECONDS: 86_400,
  API_KEYS: `bench:${keyHash}:publish`,
  API_RATE_PER_SECOND: 0,
};

const FOLDER = "test/bench/servers";
export const OUR_ENTRY = "src/cloudflare/worker.ts";
const DENO = "src/deno/main.ts";

/** @param checkout its wrangler.toml names the objects */
const edgeChat = (how: Start = {}, entry = OUR_ENTRY, checkout = ".") =>
  worker(entry, {
    checkout,
    objects: objectsOf(checkout),
    bindings: { ...SETTINGS, ...how.settings },
    ...inspected(how),
    ...(how.apart !== undefined && { apart: how.apart }),
  });

/** Each message of each room goes to one webhook too. */
async function withWebhook(how: Start = {}): Promise<Start> {
  const { url } = await webhookReceiver();
  const own = { WEBHOOK_URL: url, WEBHOOK_SECRET, WEBHOOK_EVENTS: "message.*" };
  return { ...how, settings: { ...how.settings, ...own } };
}

async function onDeno(how: Start = {}, entry = DENO): Promise<Command> {
  return {
    command: (data) => [
      denoBinary(),
      ...["run", "--allow-all", entry],
      ...["--host", "127.0.0.1", "--port", "0", "--data", data],
    ],
    env: () => strings({ ...SETTINGS, ...how.settings }),
  };
}

export const CONTENDERS = {
  "edge-chat": {
    title: "edge-chat on workerd, durable, edge-chat.v1",
    dialect: jsonDialect("edge-chat.v1"),
    command: (how) => edgeChat(how),
  },
  against: {
    title: "edge-chat of the other checkout",
    dialect: jsonDialect("edge-chat.v1"),
    command: (how) => {
      const checkout = process.env.BENCH_AGAINST ?? "";
      return edgeChat(how, join(checkout, OUR_ENTRY), checkout);
    },
  },
  "against-deno": {
    title: "edge-chat of the other checkout, on Deno",
    dialect: jsonDialect("edge-chat.v1"),
    command: (how) => onDeno(how, join(process.env.BENCH_AGAINST ?? "", DENO)),
  },
  plain: {
    title: "edge-chat on workerd, durable, plain clients",
    dialect: jsonDialect(null),
    command: (how) => edgeChat(how),
  },
  deno: {
    title: "edge-chat on Deno, durable, edge-chat.v1",
    dialect: jsonDialect("edge-chat.v1"),
    isAbsent: !existsSync(DENO),
    command: (how) => onDeno(how),
  },
  hooked: {
    title: "edge-chat on workerd, durable, edge-chat.v1, with a webhook",
    dialect: jsonDialect("edge-chat.v1"),
    command: async (how) => edgeChat(await withWebhook(how)),
  },
  "hooked-deno": {
    title: "edge-chat on Deno, durable, edge-chat.v1, with a webhook",
    dialect: jsonDialect("edge-chat.v1"),
    isAbsent: !existsSync(DENO),
    command: async (how) => onDeno(await withWebhook(how)),
  },
  bridge: {
    title: "edge-chat on workerd, durable, clients of Socket.IO",
    dialect: bridged,
    command: (how) => edgeChat(how),
  },
  "bridge-deno": {
    title: "edge-chat on Deno, durable, clients of Socket.IO",
    dialect: bridged,
    isAbsent: !existsSync(DENO),
    command: (how) => onDeno(how),
  },
  "socket.io": {
    title: "Socket.IO 4 on Node, keeps nothing",
    dialect: socketIo,
    command: () => nodeServer("socket-io.ts"),
  },
  ws: {
    title: "plain ws broadcast on Node, keeps nothing",
    dialect: jsonDialect(null),
    command: () => nodeServer("ws.ts"),
  },
  partyserver: {
    title: "PartyServer on workerd, keeps nothing",
    dialect: jsonDialect(null),
    command: (how) =>
      worker(`${FOLDER}/party-worker.ts`, {
        objects: { ROOM: "PartyRoom" },
        ...inspected(how),
      }),
  },
  relay: {
    title: "bare Durable Object, relays",
    dialect: jsonDialect(null),
    command: (how) => bareWorker(false, how),
  },
  insert: {
    title: "bare Durable Object, one insert and relays",
    dialect: jsonDialect(null),
    command: (how) => bareWorker(true, how),
  },
  "window-10": windowed(10),
  "window-20": windowed(20),
  "window-50": windowed(50),
  nchan: {
    title: "nchan in nginx, keeps nothing",
    dialect: nchan,
    isAbsent: !existsSync(NCHAN_MODULE),
    command: () => nodeServer("nchan-host.ts"),
  },
  named: {
    title: "bare Durable Objects for rooms and names, one insert each",
    dialect: jsonDialect(null),
    command: (how) =>
      worker(`${FOLDER}/named-worker.ts`, {
        objects: { ROOM: "NamedRoom", NAME: "NameObject" },
        bindings: { STORES: true },
        ...inspected(how),
      }),
  },
} as const satisfies Record<string, Contender>;

export type ContenderName = keyof typeof CONTENDERS;

/** True if the server is not available. */
export function isAbsent(name: ContenderName): boolean {
  const { isAbsent = false }: Contender = CONTENDERS[name];
  return isAbsent;
}

/** Our Worker with counters, for the bill. */
export const countedCommand = (how?: Start): Promise<Command> =>
  edgeChat(how, "test/bench/bill/counted-worker.ts");

function bareWorker(stores: boolean, how: Start = {}): Promise<Command> {
  return worker(`${FOLDER}/bare-worker.ts`, {
    objects: { ROOM: "BareRoom" },
    bindings: { STORES: stores },
    ...inspected(how),
  });
}

/** Messages wait for this time, then go in one frame and one row. */
function windowed(windowMs: number): Contender {
  return {
    title: `bare Durable Object, one insert and one frame each ${windowMs} ms`,
    dialect: jsonDialect(null, true),
    command: (how) =>
      worker(`${FOLDER}/window-worker.ts`, {
        objects: { ROOM: "WindowRoom" },
        bindings: { STORES: true, WINDOW_MS: windowMs },
        ...inspected(how),
      }),
  };
}

function inspected(how: Start = {}): Pick<WorkerOptions, "inspect"> {
  return how.inspect === undefined ? {} : { inspect: how.inspect };
}

async function nodeServer(file: string): Promise<Command> {
  return { command: () => [process.execPath, `${FOLDER}/${file}`] };
}

interface BundledOptions
  extends Omit<WorkerOptions, "script" | "compatibilityDate" | "data"> {
  /** Its wrangler.toml says how the Worker is bundled; absent: ours does. */
  readonly checkout?: string;
}

async function worker(
  entry: string,
  { checkout, ...options }: BundledOptions,
): Promise<Command> {
  const script = await bundle(entry, checkout);
  return {
    command: (data) => [
      process.execPath,
      `${FOLDER}/worker-host.ts`,
      JSON.stringify({ ...options, script, compatibilityDate, data }),
    ],
  };
}

function strings(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, String(value)]),
  );
}
