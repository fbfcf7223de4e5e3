// Admin erasures: answers /admin/users/erase, by which the operator erases a user everywhere, and hears how far it is.
import type { Env, Hono } from "hono";
import * as v from "valibot";
import { ERASURES, type ErasureOp } from "../core/shared/erase-requests.ts";
import type { Reply } from "../core/shared/rpc.ts";
import { nameKey } from "../protocol/name-key.ts";
import { readUsername } from "../protocol/names.ts";
import { readJsonBody } from "./json-body.ts";
import { codedProblem, problem } from "./problem.ts";
import type { PublishHost } from "./publish-routes.ts";
import { json, refuse } from "./publish-server.ts";

const BODY_BYTES_MAX = 16 * 1024;
const PATH = "/admin/users/erase";

const userFormat = v.pipe(
  v.string(),
  v.regex(/^[\w-]{16}$/, "the public id of a user"),
);

/** One of them is needed. With both the user is not looked up by the name. */
export const EraseSchema = v.object({
  user: v.optional(userFormat),
  username: v.optional(v.string()),
});

/** @param options as of `createApp` */
export function addAdminErasures<E extends Env>(
  app: Hono<E>,
  options: { backend(bindings: E["Bindings"]): PublishHost },
): void {
  app.post(PATH, (c) => startErasure(options.backend(c.env), c.req.raw));
  app.get(`${PATH}/:user`, (c) =>
    readErasure(options.backend(c.env), c.req.param("user")),
  );
}

async function startErasure(
  host: PublishHost,
  request: Request,
): Promise<Response> {
  const body = await readJsonBody(request, EraseSchema, BODY_BYTES_MAX);
  if (!body.ok) return body.response;
  const { username } = body.value;
  const name = username === undefined ? null : readUsername(username);
  if (username !== undefined && name === null)
    return refuse({ code: "bad_username" }, {});
  const key = name === null ? undefined : nameKey(name);
  let { user } = body.value;
  if (user === undefined) {
    if (key === undefined) return codedProblem("bad_request", HELP);
    const to = { kind: "directory", name: key } as const;
    const [holder] = await host.askObject(to, [{ type: "whois" }]);
    if (holder?.type !== "person") return refused(holder);
    user = holder.user;
  }
  const reply = await ask(host, {
    ...{ type: "start-erasure", user },
    ...(key !== undefined && { key }),
  });
  return respond(user, reply, 202);
}

async function readErasure(host: PublishHost, user: string): Promise<Response> {
  if (!v.is(userFormat, user)) return codedProblem("bad_request", HELP);
  const reply = await ask(host, { type: "read-erasure", user });
  if (reply?.type === "refused" && reply.code === "no_such_user")
    return problem(404, "Nobody has asked to erase this user in 30 days.");
  return respond(user, reply, 200);
}

const HELP =
  "user: the public id, 16 characters. username: the name, if it is known.";

async function ask(host: PublishHost, op: ErasureOp) {
  const to = { kind: "service", name: ERASURES } as const;
  const [reply] = await host.askObject(to, [op]);
  return reply;
}

function respond(
  user: string,
  reply: Reply | undefined,
  status: number,
): Response {
  if (reply?.type !== "erasure") return refused(reply);
  const { type: _, ...state } = reply;
  return json({ user, ...state }, status, {});
}

function refused(reply: Reply | undefined): Response {
  return refuse(
    reply?.type === "refused" ? reply : { code: "unavailable" },
    {},
  );
}
