// Worker: a chat with the bot, on Cloudflare.
import { type Chat, type ChatEnv, createChat } from "edge-chat/cloudflare";
import { answer } from "./bot.ts";

const chat: Chat<ChatEnv> = createChat<ChatEnv>({
  onEvents: (batch, { env }) =>
    answer(batch, (message) => chat.room(env, batch.room).send(message)),
});

export const { RoomObject, DirectoryObject, ServiceObject } = chat;
export default chat;
