// Mounting process: a site with a page and a 404 of its own mounts three chats, each below its own path.
import { join } from "node:path";
import { Hono } from "hono";
import type { RequestContext } from "../../../src/deno/chat.ts";
import { createChat } from "../../../src/deno/create-chat.ts";
import { schemas } from "../../hosts/data-schemas.ts";
import { NO_PAGE } from "../../hosts/site.ts";
import { stripPath } from "../../hosts/strip-path.ts";

const [data = "", ADMIN_SECRET, EMBED_ORIGINS] = Deno.args;

function open(name: string, settings = {}, basePath = "") {
  return createChat({
    env: { ADMIN_SECRET, EMBED_ORIGINS },
    settings,
    schemas,
    data: join(data, name),
    openMax: 100,
    synchronous: "NORMAL",
    basePath,
  });
}

const chat = open("chat");
const staff = open("staff", { CONNECTS_PER_MINUTE: 5 });
const behindProxy = open("proxy", {}, "/stripped");

const site = new Hono<{ Bindings: RequestContext }>()
  .get("/about", (c) => c.text("About."))
  .route("/chat", chat.app)
  .route("/staff/:team", staff.app)
  .all("/stripped/*", (c) =>
    behindProxy.app.fetch(stripPath(c.req.raw, "/stripped"), c.env),
  )
  .all("*", (c) => c.text(NO_PAGE, 404));

chat.serve({
  hostname: "127.0.0.1",
  port: 0,
  addressHeader: "",
  app: site,
  onListen: (url) => console.log(`listening ${JSON.stringify({ url })}`),
});

Deno.addSignalListener("SIGTERM", async () => {
  for (const one of [staff, behindProxy, chat]) await one.stop();
  Deno.exit(0);
});
