// Admin names: answers /admin/names/{name}, by which the operator finds out who has a name, and frees it.
import type { Env, Hono } from "hono";
import type { Op, Reply } from "../core/shared/rpc.ts";
import { nameKey } from "../protocol/name-key.ts";
import { readUsername } from "../protocol/names.ts";
import { withDeadline } from "./deadline.ts";
import { codedProblem, problem } from "./problem.ts";
import type { PublishHost } from "./publish-routes.ts";
import { json } from "./publish-server.ts";

/** How long a directory may take: it asks the rooms of the holder. */
const ANSWER_MS = 10_000;
const PATH = "/admin/names/:name";

type NameHost = Pick<PublishHost, "askObject">;

/** @param options as of `createApp` */
export function addAdminNames<E extends Env>(
  app: Hono<E>,
  options: { backend(bindings: E["Bindings"]): NameHost },
): void {
  app.get(PATH, (c) =>
    find(options.backend(c.env), readUsername(c.req.param("name"))),
  );
  app.delete(PATH, (c) =>
    free(options.backend(c.env), readUsername(c.req.param("name"))),
  );
}

async function find(host: NameHost, name: string | null): Promise<Response> {
  if (name === null) return codedProblem("bad_request", BAD_NAME);
  const reply = await ask(host, name, { type: "find-holder" });
  if (reply?.type !== "holder") return refused(reply);
  const { type: _, ...holder } = reply;
  return json(holder, 200, {});
}

async function free(host: NameHost, name: string | null): Promise<Response> {
  if (name === null) return codedProblem("bad_request", BAD_NAME);
  const reply = await ask(host, name, { type: "free-name" });
  if (reply?.type !== "done") return refused(reply);
  return new Response(null, { status: 204 });
}

const BAD_NAME = "This is not a user name.";

async function ask(
  { askObject }: NameHost,
  name: string,
  op: Op,
): Promise<Reply | null> {
  const to = { kind: "directory", name: nameKey(name) } as const;
  const replies = await withDeadline(askObject(to, [op]), ANSWER_MS);
  return replies?.[0] ?? null;
}

function refused(reply: Reply | null): Response {
  return reply?.type === "refused" && reply.code === "no_such_user"
    ? problem(404, "Nobody has this name.", { code: "no_such_user" })
    : codedProblem(
        "unavailable",
        "A room of the holder, or the name itself, does not answer. Ask again.",
      );
}
