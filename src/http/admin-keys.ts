// Admin keys: answers /admin/keys, by which the operator makes, lists, rotates and revokes server keys.
import * as v from "valibot";
import type { KeyOp, StoredKey } from "../core/shared/key-requests.ts";
import type { Reply } from "../core/shared/rpc.ts";
import { readJsonBody } from "./json-body.ts";
import { codedProblem, problem } from "./problem.ts";
import { json, refuse } from "./publish-server.ts";
import { SCOPES, type ServerKeys } from "./server-keys.ts";
import { sha256Hex } from "./sha256.ts";

/** The server as these routes need it. */
export interface KeyAdmin {
  /** Makes random bytes, as base64url. */
  random(bytes: number): string;
  /** Asks the object of the keys. */
  askKeys(op: KeyOp): Promise<Reply>;
  readonly keys: ServerKeys;
}

/** 256 bits. */
const SECRET_BYTES = 32;
const BODY_BYTES_MAX = 16 * 1024;

export const idFormat = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z\d.-]{1,32}$/, "1 to 32 letters, digits, . or -"),
);
export const NewKeySchema = v.object({
  id: idFormat,
  scopes: v.pipe(v.array(v.picklist(SCOPES)), v.minLength(1, "a scope")),
  rooms: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.regex(/^[\p{L}\p{M}\p{Nd}_.*-]{1,64}$/u, "a pattern of rooms"),
        ),
      ),
      v.minLength(1, "a pattern of rooms"),
      v.maxLength(100, "at most 100 patterns"),
    ),
  ),
});

const ADMIN_IN_ROOMS =
  "A key with the scope admin is for all rooms: leave out rooms, or make two keys.";

/** Lists the keys: those that were made here, and those of the setting. */
export async function listKeys(admin: KeyAdmin): Promise<Response> {
  const reply = await admin.askKeys({ type: "keys" });
  if (reply.type !== "keys") return refused(reply);
  const made = reply.keys.map(({ id, scopes, rooms, made: at }) => ({
    ...{ id, scopes, ...(rooms !== null && { rooms }), made: at },
  }));
  const set = admin.keys.given.map(({ id, scopes, rooms }) => ({
    ...{ id, scopes: [...scopes], ...(rooms !== null && { rooms }) },
  }));
  return json({ keys: made, setting: set }, 200, {});
}

/** Makes a key. Its secret is in the answer, and nowhere else. */
export async function makeKey(
  admin: KeyAdmin,
  request: Request,
): Promise<Response> {
  const body = await readJsonBody(request, NewKeySchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  const { id, rooms = null } = body.value;
  const scopes = [...new Set(body.value.scopes)];
  // Most of what the operator does is about no room, or about all of them.
  if (rooms !== null && scopes.includes("admin"))
    return codedProblem("bad_request", ADMIN_IN_ROOMS);
  // The secrets of both would be good.
  if (admin.keys.given.some((key) => key.id === id))
    return problem(409, "API_KEYS has a key with this id.");
  const secret = admin.random(SECRET_BYTES);
  const key: Omit<StoredKey, "made"> = {
    ...{ id, hash: await sha256Hex(secret), scopes, rooms },
  };
  const reply = await admin.askKeys({ type: "add-key", key });
  if (reply.type !== "done") return refused(reply);
  admin.keys.forget();
  const shown = { id, scopes, ...(rooms !== null && { rooms }) };
  return json({ ...shown, key: `ek_${id}_${secret}` }, 201, {});
}

/** Makes a new secret. The one before stays good until the next call, or its end. */
export async function rotateKey(
  admin: KeyAdmin,
  id: string,
): Promise<Response> {
  const secret = admin.random(SECRET_BYTES);
  const hash = await sha256Hex(secret);
  const reply = await admin.askKeys({ type: "rotate-key", id, hash });
  if (reply.type !== "done") return refused(reply);
  admin.keys.forget();
  return json({ id, key: `ek_${id}_${secret}` }, 201, {});
}

/** @param keepsNewest only the secrets before the newest one end */
export async function revokeKey(
  admin: KeyAdmin,
  id: string,
  keepsNewest: boolean,
): Promise<Response> {
  const reply = await admin.askKeys({ type: "revoke-key", id, keepsNewest });
  if (reply.type !== "done") return refused(reply);
  admin.keys.forget();
  return new Response(null, { status: 204 });
}

function refused(reply: Reply): Response {
  if (reply.type === "refused") return refuse(reply, {});
  if (reply.type !== "key-refused") return refuse({ code: "internal" }, {});
  const { why } = reply;
  switch (why) {
    case "unknown":
      return problem(404, "There is no key with this id.");
    case "taken":
      return problem(409, "There is a key with this id already.");
    case "too_many":
      return problem(409, "There are too many keys.");
    default:
      return why satisfies never;
  }
}
