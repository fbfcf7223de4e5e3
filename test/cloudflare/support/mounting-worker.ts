// Mounting Worker: a site with a page and a 404 of its own mounts the chat below three paths.
import { Hono } from "hono";
import { createChat } from "../../../src/cloudflare/create-chat.ts";
import type { Env } from "../../../src/cloudflare/env.ts";
import { schemas } from "../../hosts/data-schemas.ts";
import { NO_PAGE } from "../../hosts/site.ts";
import { stripPath } from "../../hosts/strip-path.ts";

const chat = createChat({ settings: { TEXT_MAX: 100 }, schemas });
const behindProxy = createChat({ basePath: "/stripped" });

export const { RoomObject, DirectoryObject, ServiceObject } = chat;

/** The environments without one binding, each the same object for all requests. */
const lacking = new Map<string, Env>();

function without(binding: string, env: Env): Env {
  const known = lacking.get(binding) ?? { ...env, [binding]: undefined };
  lacking.set(binding, known);
  return known;
}

export default new Hono<{ Bindings: Env }>()
  .get("/about", (c) => c.text("About."))
  .route("/chat", chat.app)
  .route("/teams/:team/chat", chat.app)
  .all("/stripped/*", (c) =>
    behindProxy.app.fetch(stripPath(c.req.raw, "/stripped"), c.env),
  )
  .all("/wrong/*", (c) =>
    behindProxy.app.fetch(stripPath(c.req.raw, "/wrong"), {
      ...c.env,
      TEXT_MAX: -1,
    }),
  )
  .all("/without/:binding/*", (c) => {
    const binding = c.req.param("binding");
    return chat.app.fetch(
      stripPath(c.req.raw, `/without/${binding}`),
      without(binding, c.env),
    );
  })
  .all("*", (c) => c.text(NO_PAGE, 404));
