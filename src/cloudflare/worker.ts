// Worker: the entry on Cloudflare, which creates a chat from the environment and exports its classes and its app.
import { env } from "cloudflare:workers";
import { createChat } from "./create-chat.ts";

const chat = createChat({ env });

export const { RoomObject, DirectoryObject, ServiceObject } = chat;
export default chat.app;
