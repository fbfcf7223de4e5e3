// Worker: the chat on Cloudflare. The backend is another program, which it reaches by webhooks.
import { type Chat, type ChatEnv, createChat } from "edge-chat/cloudflare";

const chat: Chat<ChatEnv> = createChat<ChatEnv>();

export const { RoomObject, DirectoryObject, ServiceObject } = chat;
export default chat;
