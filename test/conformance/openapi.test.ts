// OpenAPI client: a client that is generated from the document makes every request of it, and gets the answers that it describes.
import { readFileSync } from "node:fs";
import { OpenAPIClientAxios } from "openapi-client-axios";
import * as v from "valibot";
import { expect, test } from "vitest";
import { OPERATIONS } from "../tools/openapi.ts";
import { SCHEMAS } from "../tools/openapi-schemas.ts";
import { baseUrl } from "./support/connection.ts";
import { join, joinAll } from "./support/members.ts";
import {
  person,
  publicIdOf,
  secret,
  uniqueId,
  uniqueName,
} from "./support/people.ts";
import { partOf } from "./support/registry.ts";
import {
  HOOK_KEY,
  HOOK_ROOM,
  hasKey,
  KEY,
  MODERATOR_KEY,
} from "./support/server-key.ts";

const admin = process.env.EDGE_CHAT_ADMIN ?? "";
const document = JSON.parse(
  readFileSync(
    new URL("../../docs/protocol/openapi.json", import.meta.url),
    "utf8",
  ),
);
const as = { id: "ci", username: "Builds" };

/** Makes requests by their ids, and checks their answers by the schemas. */
async function generatedClient() {
  const api = new OpenAPIClientAxios({
    definition: document,
    withServer: { url: baseUrl(), description: "the server under test" },
    axiosConfigDefaults: { validateStatus: () => true },
  });
  const client = await api.init();
  const called = new Set<string>();
  const call = async (
    id: string,
    parameters: Record<string, string | number> = {},
    body?: unknown,
    token = KEY,
    type = "application/json",
  ) => {
    called.add(id);
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": type };
    const request = client[id];
    const answer = await request?.(parameters, body, { headers });
    const { status = 0, data } = answer ?? {};
    // A server without webhooks has no one to send events to.
    const name =
      id === "replayEvents" && status === 404
        ? "Problem"
        : OPERATIONS[id]?.answers[status];
    expect(name, `${id}: ${status} ${JSON.stringify(data)}`).toBeDefined();
    if (name !== undefined && name !== null)
      expect(v.safeParse(SCHEMAS[name], data).issues).toBeUndefined();
    return data;
  };
  return { call, called };
}

test.skipIf(!hasKey || admin === "")(
  "a client that is made of the document makes every request",
  { timeout: 60_000 },
  async () => {
    const { call, called } = await generatedClient();
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    const message = { as, text: "hello", id: uniqueId() };
    await call("publishToRoom", { room }, message);
    const other = await call("publishToRoom", { room }, { as, text: "oops" });
    const named = { room, seq: String(other.seq) };
    await call("editMessage", named, { as, text: "better" });
    const reaction = { ...named, emoji: "👍" };
    await call("addReaction", reaction, { as });
    await call("removeReaction", reaction, { as });
    await call("deleteMessage", named, { as, reason: "wrong room" });
    const { seq } = await call("publishToRoom", { room }, { as, text: "bad" });
    alice.send({ type: "report", of: seq, id: uniqueId() });
    await alice.next("ack");
    const queue = { room, limit: 5, open: "true" };
    const read = await call("listReports", queue, undefined, MODERATOR_KEY);
    expect(read).toMatchObject({ reports: [{ report: 1, of: seq }], open: 1 });
    const first = { room, report: "1" };
    const closed = { as, outcome: "resolved" };
    await call("closeReport", first, closed, MODERATOR_KEY);
    await call("closeReport", first, closed, MODERATOR_KEY);
    const again = await call("listRoomReports", queue, undefined, admin);
    expect(again).toMatchObject({ reports: [], open: 0 });
    await call("closeRoomReport", first, closed, admin);
    const slow = { as, action: "slow", seconds: 1 };
    await call("moderateByKey", { room }, slow, MODERATOR_KEY);
    await call("publishToUser", { name: alice.name }, message);
    await call("broadcast", {}, { ...message, rooms: [room] });
    const hook = { room: HOOK_ROOM, key: HOOK_KEY };
    expect(await call("receiveWebhook", hook, { text: "hi" })).toBe("ok");
    expect(await call("getRoom", { room })).toMatchObject({ count: 1 });
    const page = await call("listMessages", { room, after: 0, limit: 1 });
    expect(page).toMatchObject({ messages: [{ text: "hello", bot: true }] });
    const found = await call("searchMessages", { room, text: "HELL" });
    expect(found).toMatchObject({ messages: [{ text: "hello" }] });
    await call("getHealth");
    await call("getConfig");

    const id = uniqueName("ci");
    await call("makeKey", {}, { id, scopes: ["publish"] }, admin);
    await call("listKeys", {}, undefined, admin);
    await call("getMetrics", {}, undefined, admin);
    await call("rotateKey", { id }, undefined, admin);
    await call("revokeOldKeys", { id }, undefined, admin);
    await call("revokeKey", { id }, undefined, admin);
    await call("showRoom", { room }, undefined, admin);
    await call("findHolder", { name: alice.name }, undefined, admin);
    await call("freeName", { name: alice.name }, undefined, admin);
    await call("closeRoom", { room }, undefined, admin);
    await call("openRoom", { room }, undefined, admin);
    const place = { prefix: room, after: `${partOf(room)}:`, limit: 1 };
    await call("listRooms", { ...place, figures: "true" }, undefined, admin);
    const nobody = { user: publicIdOf(secret()) };
    await call("eraseUser", {}, nobody, admin);
    await call("readErasure", nobody, undefined, admin);
    const state = await call("readRoomState", { room }, undefined, admin);
    const { tables } = state;
    const empty = { room: uniqueName("empty") };
    await call("writeRoomState", empty, { tables }, admin);
    const someone = await join(uniqueName("attic"), person("ann"));
    someone.send({ type: "register" });
    await someone.next("registered");
    const { name } = someone;
    await call("listNames", { limit: 1 }, undefined, admin);
    const claim = await call("readNameState", { name }, undefined, admin);
    const whole = { tables: claim.tables, movedBy: 0 };
    await call("writeNameState", { name }, whole, admin);
    const keys = await call("readKeyState", {}, undefined, admin);
    await call("writeKeyState", {}, keys, admin);
    const lock = { action: "lock", id: uniqueId() };
    await call("moderateRoom", { room }, lock, admin);
    await call("moderateRoom", { room }, lock, admin);
    await call("listWebhooks", { room }, undefined, admin);
    await call("replayEvents", { room }, { from: 1 }, admin);
    const part = { room, user: publicIdOf(secret()) };
    await call("exportRoom", part, undefined, admin);
    const log = await call("exportRoom", { room }, undefined, admin);
    const copy = { room: uniqueName("copy") };
    const lines = String(log).replaceAll(room, copy.room);
    await call("importRoom", copy, lines, admin, "application/x-ndjson");
    await call("deleteRoom", copy, undefined, admin);
    expect([...called].sort()).toEqual(Object.keys(OPERATIONS).sort());
  },
);
