// Worker: the chat with these hooks, on Cloudflare.
import { type ChatEnv, createChat } from "edge-chat/cloudflare";
import { hooks } from "./hooks.ts";

const chat = createChat<ChatEnv>(hooks);

export const { RoomObject, DirectoryObject, ServiceObject } = chat;
export default { fetch: chat.fetch } satisfies ExportedHandler<ChatEnv>;
