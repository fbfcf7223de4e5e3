// Counting Worker with events: the same, with an app that hears of stored events.
import { createChat } from "../../../src/cloudflare/create-chat.ts";
import { countChat } from "./counted-chat.ts";

const chat = createChat({ onEvents: () => undefined });

export const { RoomObject, DirectoryObject, handler } = countChat(chat);
export const { ServiceObject } = chat;
export default handler;
