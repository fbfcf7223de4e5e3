// Mounting Worker: a site with a page and a 404 of its own mounts the chat below three paths.
import { Hono } from "hono";
import { createChat } from "../../../src/cloudflare/create-chat.ts";
import type { Env } from "../../../src/cloudflare/env.ts";
import { NO_PAGE } from "../../hosts/site.ts";
import { stripPath } from "../../hosts/strip-path.ts";

const chat = createChat({ settings: { TEXT_MAX: 100 } });
const behindProxy = createChat({ basePath: "/stripped" });

export const { RoomObject, DirectoryObject } = chat;

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
  .all("*", (c) => c.text(NO_PAGE, 404));
