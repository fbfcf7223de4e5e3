// Worker: the site, with the chat below /chat, on Cloudflare.
import { type ChatEnv, createChat } from "edge-chat/cloudflare";
import { Hono } from "hono";
import { hooks, type SiteEnv, site } from "./app.ts";

type Env = ChatEnv & SiteEnv;

const chat = createChat<Env>(hooks);

export const { RoomObject, DirectoryObject, ServiceObject } = chat;
export default new Hono<{ Bindings: Env }>()
  .route("/", site)
  .route("/chat", chat.app);
