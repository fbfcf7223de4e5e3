// Counting Worker: the server with counters of its SQL rows, its timers and its constructed objects.
import { createChat } from "../../../src/cloudflare/create-chat.ts";
import { countChat } from "./counted-chat.ts";

const chat = createChat();

export const { RoomObject, DirectoryObject, handler } = countChat(chat);
export const { ServiceObject } = chat;
export default handler;
