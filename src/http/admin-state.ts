// Admin state: answers the paths below /admin by which an operator reads the state of rooms, names and keys for a backup, and writes it to another server.
import type { Env, Hono } from "hono";
import * as v from "valibot";
import type { Address } from "../core/shared/contract.ts";
import type { Dump } from "../core/shared/dump-requests.ts";
import { KEY_STORE } from "../core/shared/key-requests.ts";
import {
  decodeCursor,
  encodeCursor,
  nameRegistryName,
  REGISTRY_PAGE_MAX,
} from "../core/shared/registry-requests.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import { nameKey } from "../protocol/name-key.ts";
import { readRoomName, readUsername } from "../protocol/names.ts";
import type { Access } from "./access.ts";
import { idFormat } from "./admin-keys.ts";
import { withDeadline } from "./deadline.ts";
import { readJsonBody } from "./json-body.ts";
import { codedProblem, problem } from "./problem.ts";
import type { PublishHost } from "./publish-routes.ts";
import { json } from "./publish-server.ts";
import { readRoomPage } from "./room-pages.ts";

/** A mailbox, or the members of a large room. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;
/** How long an object may take, ms. */
const ANSWER_MS = 20_000;
/** A thousand years, ms. */
const MOVED_MAX_MS = 3.2e13;

const RowSchema = v.record(
  v.string(),
  v.union([v.string(), v.number(), v.null()]),
);
const TablesSchema = v.record(v.string(), v.array(RowSchema));
export const RoomStateSchema = v.object({ tables: TablesSchema });
export const NameStateSchema = v.object({
  tables: TablesSchema,
  movedBy: v.optional(
    v.pipe(
      v.number(),
      v.safeInteger(),
      v.minValue(0),
      v.maxValue(MOVED_MAX_MS),
    ),
    0,
  ),
});
const KeySchema = v.object({
  id: idFormat,
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "a SHA-256 in hex")),
  scopes: v.array(v.string()),
  rooms: v.nullable(v.array(v.string())),
  made: v.number(),
});
export const KeyStateSchema = v.object({
  keys: v.pipe(v.array(KeySchema), v.maxLength(2000, "at most 2,000")),
});

const QuerySchema = v.object({
  after: v.optional(v.pipe(v.string(), v.maxLength(512)), ""),
  limit: v.optional(v.pipe(v.string(), v.regex(/^\d{1,3}$/)), "20"),
});

const ROOM = "/admin/rooms/:room/state";
const NAME = "/admin/names/:name/state";
const KEYS = "/admin/keys/state";

/** The part of a host that the routes need. */
type StateHost = Pick<PublishHost, "askObject">;

/** @param options as of `createApp` */
export function addAdminState<E extends Env>(
  app: Hono<E>,
  options: {
    backend(bindings: E["Bindings"]): StateHost;
    access(bindings: E["Bindings"]): Access;
  },
): void {
  const { backend: hostOf, access: accessOf } = options;
  app.get("/admin/names", (c) => listNames(hostOf(c.env), c.req.query()));
  app.get(KEYS, (c) => readKeys(hostOf(c.env)));
  app.put(KEYS, (c) => writeKeys(hostOf(c.env), c.req.raw));
  app.on(["GET", "PUT"], NAME, (c) => {
    const name = readUsername(c.req.param("name"));
    if (name === null) return codedProblem("bad_username");
    const to = { kind: "directory", name: nameKey(name) } as const;
    const host = hostOf(c.env);
    return c.req.method === "GET"
      ? readName(host, to)
      : writeName(host, to, c.req.raw);
  });
  app.on(["GET", "PUT"], ROOM, async (c) => {
    const room = readRoomName(c.req.param("room"));
    if (room === null) return codedProblem("bad_room");
    const denial = await accessOf(c.env).checkDenial(c.req.raw, room);
    if (denial !== null) return denial;
    const host = hostOf(c.env);
    return c.req.method === "GET"
      ? readRoom(host, room)
      : writeRoom(host, room, c.req.raw);
  });
}

async function listNames(
  { askObject }: StateHost,
  parameters: Readonly<Record<string, string>>,
): Promise<Response> {
  const query = v.safeParse(QuerySchema, parameters);
  const { after = "", limit = "0" } = query.success ? query.output : {};
  const [from, count] = [decodeCursor(after), Number(limit)];
  const isWrong = after !== "" && from === null;
  if (isWrong || count < 1 || count > REGISTRY_PAGE_MAX)
    return codedProblem(
      "bad_request",
      `after: the next of the page before. limit: 1 to ${REGISTRY_PAGE_MAX}.`,
    );
  const page = await readRoomPage(
    askObject,
    { limit: count, from: from ?? undefined },
    nameRegistryName,
  );
  if (page === null)
    return codedProblem(
      "unavailable",
      "The registry of names does not answer.",
    );
  const { rooms, next } = page;
  const names = rooms.map(({ room: name, since }) => ({ name, since }));
  const more = next === null ? {} : { next: encodeCursor(next) };
  return json({ names, ...more }, 200, {});
}

async function readRoom(host: StateHost, room: string): Promise<Response> {
  const dump = await readDump(host, { kind: "room", name: room });
  if (dump === null) return unanswered();
  const { epoch, seq, parent, tables } = dump;
  const isUnused = epoch === null && Object.keys(tables).length === 0;
  if (isUnused) return problem(404, "There is no such room.");
  return json({ room, epoch, seq, parent, tables }, 200, {});
}

async function readName(host: StateHost, to: Address): Promise<Response> {
  const dump = await readDump(host, to);
  if (dump === null) return unanswered();
  const { username: name, tables } = dump;
  if (name === null) return problem(404, "Nobody has this name.");
  return json({ name, tables }, 200, {});
}

async function readKeys(host: StateHost): Promise<Response> {
  const to = { kind: "service", name: KEY_STORE } as const;
  const reply = await ask(host, to, { type: "keys" });
  if (reply?.type !== "keys") return unanswered();
  return json({ keys: reply.keys }, 200, {});
}

async function writeRoom(
  host: StateHost,
  room: string,
  request: Request,
): Promise<Response> {
  const body = await readJsonBody(request, RoomStateSchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  const { tables } = body.value;
  const to = { kind: "room", name: room } as const;
  return written(await ask(host, to, { type: "load-room", tables }));
}

async function writeName(
  host: StateHost,
  to: Address,
  request: Request,
): Promise<Response> {
  const body = await readJsonBody(request, NameStateSchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  return written(await ask(host, to, { type: "load-name", ...body.value }));
}

async function writeKeys(host: StateHost, request: Request): Promise<Response> {
  const body = await readJsonBody(request, KeyStateSchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  const to = { kind: "service", name: KEY_STORE } as const;
  return written(await ask(host, to, { type: "load-keys", ...body.value }));
}

async function readDump(host: StateHost, to: Address): Promise<Dump | null> {
  const reply = await ask(host, to, { type: "dump" });
  return reply?.type === "dump" ? reply : null;
}

async function ask(
  { askObject }: StateHost,
  to: Address,
  op: Op,
): Promise<Reply | null> {
  const replies = await withDeadline(askObject(to, [op]), ANSWER_MS);
  return replies?.[0] ?? null;
}

function written(reply: Reply | null): Response {
  if (reply?.type === "done") return new Response(null, { status: 204 });
  if (reply?.type !== "load-refused") return unanswered();
  return reply.why === "taken"
    ? problem(409, reply.message)
    : problem(400, reply.message, { code: "bad_request" });
}

function unanswered(): Response {
  return codedProblem("unavailable", "It does not answer.");
}
