// Worker of an app: a Hono app mounts the chat below /chat.
import { type ChatEnv, createChat } from "edge-chat/cloudflare";
import { Hono } from "hono";
import { hooks } from "./hooks.ts";

interface Env extends ChatEnv {
  readonly HOOKS?: string;
}

const chat = createChat<Env>(hooks);

export const { RoomObject, DirectoryObject, ServiceObject } = chat;
export default new Hono<{ Bindings: Env }>()
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
