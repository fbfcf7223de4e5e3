// OpenAPI: builds the OpenAPI 3.1 document of all HTTP requests from the schemas of their bodies and answers.
import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { REGISTRY_PAGE_MAX } from "../../src/core/shared/registry-requests.ts";
import * as LIMITS from "../../src/protocol/limits.ts";
import { REPORT_OPERATIONS } from "./openapi-reports.ts";
import { SCHEMAS } from "./openapi-schemas.ts";
import { STATE_OPERATIONS } from "./openapi-state.ts";

type SchemaName = keyof typeof SCHEMAS;

export interface Operation {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly path: string;
  readonly summary: string;
  readonly tag: "Send" | "Read" | "Administer";
  /** Absent: the request needs no token. */
  readonly token?: "any" | "admin";
  readonly body?: readonly SchemaName[] | "ndjson" | "anything";
  readonly query?: readonly string[];
  /** Those parameters of the query that must be there. */
  readonly required?: readonly string[];
  /** Default: the size of a page of history. */
  readonly limitMax?: number;
  /** By status; null: the answer has no JSON. */
  readonly answers: Readonly<Record<number, SchemaName | null>>;
}

const reaction = "/rooms/{room}/messages/{seq}/reactions/{emoji}";
const send = { method: "post", tag: "Send", token: "any" } as const;
const admin = { tag: "Administer", token: "admin" } as const;

/** All requests, by their ids in the document. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  publishToRoom: {
    ...{ ...send, path: "/rooms/{room}/messages" },
    ...{
      summary: "Send a message to a room, or up to 100",
      body: ["Message", "Batch"],
    },
    answers: { 200: "Results", 201: "Receipt" },
  },
  editMessage: {
    ...{ ...send, method: "patch", path: "/rooms/{room}/messages/{seq}" },
    ...{ summary: "Edit a message of one's own", body: ["Edit"] },
    answers: { 200: "Receipt", 201: "Receipt" },
  },
  deleteMessage: {
    ...{ ...send, method: "delete", path: "/rooms/{room}/messages/{seq}" },
    ...{ summary: "Delete a message, which erases it", body: ["Delete"] },
    answers: { 200: "Receipt", 201: "Receipt" },
  },
  addReaction: {
    ...{ ...send, method: "put", path: reaction },
    ...{ summary: "React to a message with an emoji", body: ["Reaction"] },
    answers: { 200: "Receipt", 201: "Receipt" },
  },
  removeReaction: {
    ...{ ...send, method: "delete", path: reaction },
    ...{ summary: "Take a reaction back", body: ["Reaction"] },
    answers: { 200: "Receipt", 201: "Receipt" },
  },
  moderateByKey: {
    ...{ ...send, path: "/rooms/{room}/moderate" },
    ...{
      summary: "Kick, ban or mute a user, or delete what a user said",
      body: ["KeyModeration"],
    },
    answers: { 200: "Receipt", 201: "Receipt" },
  },
  ...REPORT_OPERATIONS,
  publishToUser: {
    ...{ ...send, path: "/users/{name}/messages" },
    ...{ summary: "Send a private message", body: ["Message"] },
    answers: { 200: "PrivateReceipt", 201: "PrivateReceipt" },
  },
  broadcast: {
    ...{ ...send, path: "/broadcast" },
    ...{ summary: "Send a message to many rooms", body: ["Broadcast"] },
    answers: { 200: "Results" },
  },
  receiveWebhook: {
    ...{ method: "post", tag: "Send", path: "/hooks/{room}/{key}" },
    ...{
      summary: "Send a message in the shape of another service",
      body: "anything",
    },
    answers: { 200: null },
  },
  getRoom: {
    ...{ method: "get", tag: "Read", token: "any", path: "/rooms/{room}" },
    query: ["member"],
    summary: "Count the members of a room",
    answers: { 200: "Room" },
  },
  listMessages: {
    ...{ method: "get", tag: "Read", token: "any" },
    path: "/rooms/{room}/messages",
    query: ["before", "after", "at", "limit", "fold", "thread", "member"],
    summary: "Read a page of events of a room",
    answers: { 200: "Page" },
  },
  searchMessages: {
    ...{ method: "get", tag: "Read", token: "any" },
    path: "/rooms/{room}/search",
    query: ["text", "before", "limit", "member"],
    ...{ limitMax: LIMITS.searchPageMax, required: ["text"] },
    summary: "Find the newest messages that have all words of a text",
    answers: { 200: "SearchResults" },
  },
  getHealth: {
    ...{ method: "get", tag: "Read", path: "/health" },
    summary: "Tell whether the server works",
    answers: { 200: "Health", 503: "Health" },
  },
  getConfig: {
    ...{ method: "get", tag: "Read", path: "/config" },
    summary: "Tell a page who may come in",
    answers: { 200: "Config" },
  },
  getMetrics: {
    ...{ ...admin, method: "get", path: "/metrics" },
    summary: "Read the metrics in OpenMetrics: on Deno, also by METRICS_SECRET",
    answers: { 200: null, 404: null },
  },
  listKeys: {
    ...{ ...admin, method: "get", path: "/admin/keys" },
    summary: "List the server keys",
    answers: { 200: "Keys" },
  },
  makeKey: {
    ...{ ...admin, method: "post", path: "/admin/keys", body: ["NewKey"] },
    summary: "Make a server key",
    answers: { 201: "MadeKey" },
  },
  rotateKey: {
    ...{ ...admin, method: "post", path: "/admin/keys/{id}/rotate" },
    summary: "Make a new secret of a server key",
    answers: { 201: "MadeKey" },
  },
  revokeKey: {
    ...{ ...admin, method: "delete", path: "/admin/keys/{id}" },
    summary: "End all secrets of a server key",
    answers: { 204: null },
  },
  revokeOldKeys: {
    ...{ ...admin, method: "delete", path: "/admin/keys/{id}/old" },
    summary: "End all secrets of a server key but the newest",
    answers: { 204: null },
  },
  listRooms: {
    ...{ ...admin, method: "get", path: "/admin/rooms" },
    ...{
      summary: "List all rooms by pages",
      query: ["prefix", "after", "limit", "figures"],
      limitMax: REGISTRY_PAGE_MAX,
    },
    answers: { 200: "RoomPage" },
  },
  showRoom: {
    ...{ ...admin, method: "get", path: "/admin/rooms/{room}" },
    summary: "Read the figures of a room",
    answers: { 200: "RoomFigures" },
  },
  closeRoom: {
    ...{ ...admin, method: "post", path: "/admin/rooms/{room}/close" },
    summary: "End all connections of a room, and let nobody in",
    answers: { 200: "ClosedRoom" },
  },
  findHolder: {
    ...{ ...admin, method: "get", path: "/admin/names/{name}" },
    summary: "Find out who has a name",
    answers: { 200: "Holder" },
  },
  freeName: {
    ...{ ...admin, method: "delete", path: "/admin/names/{name}" },
    summary: "Take a name from its holder, so that it is free",
    answers: { 204: null },
  },
  deleteRoom: {
    ...{ ...admin, method: "delete", path: "/admin/rooms/{room}" },
    summary: "Delete a room with all that it has stored",
    answers: { 204: null },
  },
  openRoom: {
    ...{ ...admin, method: "post", path: "/admin/rooms/{room}/open" },
    summary: "Let people into a room again that was closed",
    answers: { 200: "ClosedRoom" },
  },
  eraseUser: {
    ...{ ...admin, method: "post", path: "/admin/users/erase" },
    ...{ summary: "Erase a user everywhere", body: ["Erase"] },
    answers: { 202: "Erasure" },
  },
  readErasure: {
    ...{ ...admin, method: "get", path: "/admin/users/erase/{user}" },
    summary: "Tell how far the erasure of a user is",
    answers: { 200: "Erasure" },
  },
  ...STATE_OPERATIONS,
  moderateRoom: {
    ...{ ...admin, method: "post", path: "/admin/rooms/{room}/moderate" },
    summary: "Kick, ban or mute a user, name an owner, or set rules",
    body: ["Moderation"],
    answers: { 200: "Receipt", 201: "Receipt" },
  },
  listWebhooks: {
    ...{ ...admin, method: "get", path: "/admin/rooms/{room}/webhooks" },
    summary: "Tell how far each webhook of a room is",
    answers: { 200: "Webhooks" },
  },
  replayEvents: {
    ...{ ...admin, method: "post" },
    path: "/admin/rooms/{room}/webhooks/replay",
    summary: "Send stored events of a room to its webhooks once more",
    body: ["Replay"],
    answers: { 200: "Replayed" },
  },
  exportRoom: {
    ...{ ...admin, method: "get", path: "/admin/rooms/{room}/export" },
    summary:
      "Export the log of a room, or a user's part of it, as lines of JSON",
    query: ["user"],
    answers: { 200: null },
  },
  importRoom: {
    ...{ ...admin, method: "post", path: "/admin/rooms/{room}/import" },
    ...{ summary: "Replace the log of a room", body: "ndjson" },
    answers: { 200: "Imported" },
  },
};

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  200: "Done. Of a message that was sent before, the first receipt.",
  201: "Stored or made.",
  202: "Begun.",
  204: "Done.",
  404: "The host has no such text.",
  503: "The server cannot store messages, or cannot let anybody in.",
};

/** The document, as an object of JSON. */
export function buildOpenApi(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [id, operation] of Object.entries(OPERATIONS)) {
    const { path, method } = operation;
    paths[path] = {
      ...paths[path],
      [method]: describeOperation(id, operation),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "edge-chat",
      version,
      summary: "The HTTP requests of an edge-chat server.",
      description: "The protocol of WebSockets is in docs/protocol.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "This server." }],
    tags: ["Send", "Read", "Administer"].map((name) => ({
      ...{ name, description: `${name} by HTTP.` },
    })),
    paths,
    components: {
      securitySchemes: {
        token: {
          ...{ type: "http", scheme: "bearer" },
          description: "A server key, a token of the app, or a guest's secret.",
        },
        admin: {
          ...{ type: "http", scheme: "bearer" },
          description: "ADMIN_SECRET, or a server key with the scope admin.",
        },
      },
      schemas: Object.fromEntries(
        Object.entries(SCHEMAS).map(([name, schema]) => [name, jsonOf(schema)]),
      ),
    },
  };
}

function describeOperation(id: string, operation: Operation) {
  const { query = [], required = [], limitMax } = operation;
  const { path, token, body, answers, summary, tag } = operation;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const problem = {
    description: "A problem, RFC 9457.",
    content: { "application/problem+json": { schema: ref("Problem") } },
  };
  return {
    ...{ operationId: id, summary, tags: [tag] },
    security:
      token === undefined
        ? []
        : [{ [token === "admin" ? "admin" : "token"]: [] }],
    parameters: [
      ...names.map((name) => ({
        ...{ name, in: "path", required: true, schema: { type: "string" } },
      })),
      ...query.map((name) => ({
        ...{ name, in: "query", schema: queryOf(name, path, limitMax) },
        ...(required.includes(name) && { required: true }),
      })),
      ...(tag === "Send"
        ? [
            {
              name: "Idempotency-Key",
              in: "header",
              schema: { type: "string" },
            },
          ]
        : []),
    ],
    ...(body !== undefined && {
      requestBody: { required: true, content: contentOf(body) },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, name]) => [
          status,
          {
            description: DESCRIPTIONS[Number(status)],
            ...(name !== null && {
              content: {
                "application/json": { schema: answerOf(id, status, name) },
              },
            }),
          },
        ]),
      ),
      "4XX": problem,
      ...(answers[503] === undefined && { "5XX": problem }),
    },
  };
}

/** A repeat of one message has its receipt; a batch has results. */
function answerOf(id: string, status: string, name: SchemaName) {
  return id === "publishToRoom" && status === "200"
    ? { anyOf: [ref("Receipt"), ref("Results")] }
    : ref(name);
}

function contentOf(body: NonNullable<Operation["body"]>) {
  if (body === "ndjson")
    return { "application/x-ndjson": { schema: { type: "string" } } };
  if (body === "anything")
    return {
      "application/json": { schema: { type: "object" } },
      "application/x-www-form-urlencoded": {
        schema: { type: "object", properties: { payload: { type: "string" } } },
      },
    };
  const refs = body.map(ref);
  const schema = refs.length === 1 ? refs[0] : { oneOf: refs };
  return { "application/json": { schema } };
}

function queryOf(name: string, path: string, limitMax: number | undefined) {
  const isOfRooms = path === "/admin/rooms" || path === "/admin/names";
  if (["fold", "open", "figures"].includes(name)) return { type: "boolean" };
  if (isOfRooms && name !== "limit") return { type: "string" };
  // The name that goes with a secret as bearer token.
  if (["member", "text", "user"].includes(name)) return { type: "string" };
  const least = name === "limit" || name === "thread" ? 1 : 0;
  return {
    ...{ type: "integer", minimum: least },
    ...(name === "limit" && { maximum: limitMax ?? LIMITS.historyPageMax }),
  };
}

function ref(name: SchemaName) {
  return { $ref: `#/components/schemas/${name}` };
}

/** Checks that JSON Schema has no words for are left out. */
function jsonOf(schema: v.GenericSchema) {
  const { $schema: _, ...json } = toJsonSchema(schema, {
    ...{ target: "draft-2020-12", errorMode: "ignore" },
  });
  return json;
}
