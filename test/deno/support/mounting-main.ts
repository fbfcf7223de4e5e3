// Mounting process: a site with a page and a 404 of its own mounts two chats, each below its own path.
import { join } from "node:path";
import { Hono } from "hono";
import { createEdgeChat } from "../../../src/deno/edge-chat.ts";
import type { RequestContext } from "../../../src/deno/server.ts";
import { readChatConfig } from "../../../src/http/chat-config.ts";
import { NO_PAGE } from "../../hosts/site-texts.ts";

const [data = "", ADMIN_SECRET] = Deno.args;
const common = { openMax: 100, synchronous: "NORMAL" } as const;

const chat = createEdgeChat({
  ...readChatConfig({ ADMIN_SECRET }),
  ...common,
  data: join(data, "chat"),
});
const staff = createEdgeChat({
  ...readChatConfig({ ADMIN_SECRET, CONNECTS_PER_MINUTE: 5 }),
  ...common,
  data: join(data, "staff"),
});

const site = new Hono<{ Bindings: RequestContext }>()
  .get("/about", (c) => c.text("About."))
  .route("/chat", chat.app)
  .route("/staff/:team", staff.app)
  .all("*", (c) => c.text(NO_PAGE, 404));

chat.serve({
  hostname: "127.0.0.1",
  port: 0,
  addressHeader: "",
  app: site,
  onListen: (url) => console.log(`listening ${JSON.stringify({ url })}`),
});

Deno.addSignalListener("SIGTERM", async () => {
  await staff.stop();
  await chat.stop();
  Deno.exit(0);
});
