// Main: the same site in one Deno process.
import { createChat, type RequestContext } from "edge-chat/deno";
import { Hono } from "hono";
import { hooks, type SiteEnv, site } from "./app.ts";

const [data = "data", port = "8787"] = Deno.args;
const env: SiteEnv = { SESSION_KEY: Deno.env.get("SESSION_KEY") ?? "" };
const chat = createChat({ ...hooks, data, env });

const app = new Hono<{ Bindings: RequestContext }>()
  .route("/chat", chat.app)
  .all("*", (c) => site.fetch(c.req.raw, env));

chat.serve({
  port: Number(port),
  app,
  onListen: (url) => console.log(`listening ${JSON.stringify({ url })}`),
});
Deno.addSignalListener("SIGTERM", () => chat.stop().then(() => Deno.exit(0)));
