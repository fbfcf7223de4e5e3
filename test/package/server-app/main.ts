// Process of an app on Deno: a Hono app mounts the chat below /chat.
import { createChat, type RequestContext } from "edge-chat/deno";
import { Hono } from "hono";
import { hooks } from "./hooks.ts";

const [data = "", ADMIN_SECRET] = Deno.args;
const env = { ...Deno.env.toObject(), ADMIN_SECRET };
const chat = createChat({ ...hooks, data, env });
const app = new Hono<{ Bindings: RequestContext }>()
  .get("/about", (c) => c.text("About."))
  .post("/bot/rooms/:name", async (c) => {
    const room = chat.room(c.env, c.req.param("name"));
    const receipt = await room.send(await c.req.json());
    const [members, page] = [await room.members(), await room.history()];
    return c.json({ receipt, members, page });
  })
  .post("/bot/users/:name", async (c) => {
    const user = chat.user(c.env, c.req.param("name"));
    return c.json(await user.send(await c.req.json()));
  })
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
