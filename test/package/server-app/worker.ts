// Worker of an app: a Hono app mounts the chat below /chat.
import { type ChatEnv, createChat } from "edge-chat/cloudflare";
import { Hono } from "hono";

interface Env extends ChatEnv {
  readonly DICE?: string;
}

const chat = createChat<Env, { user: { plan: string } }>({
  settings: { ROOM_HISTORY: 5000 },
});

export const { RoomObject, DirectoryObject, ServiceObject } = chat;
export default new Hono<{ Bindings: Env }>()
  .get("/about", (c) => c.text("About."))
  .route("/chat", chat.app)
  .all("*", (c) => c.text("The site has no such page.", 404));
