// Process of an app on Deno: a Hono app mounts the chat below /chat.
import { createChat, type RequestContext } from "edge-chat/deno";
import { Hono } from "hono";

const [data = "", ADMIN_SECRET] = Deno.args;
const chat = createChat({ data, settings: { ADMIN_SECRET } });
const app = new Hono<{ Bindings: RequestContext }>()
  .get("/about", (c) => c.text("About."))
  .route("/chat", chat.app)
  .all("*", (c) => c.text("The site has no such page.", 404));

chat.serve({
  port: 0,
  app,
  onListen: (url) => console.log(`listening ${JSON.stringify({ url })}`),
});
Deno.addSignalListener("SIGTERM", async () => {
  await chat.stop();
  Deno.exit(0);
});
