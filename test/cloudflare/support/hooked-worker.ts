// Hooked Worker: a chat whose app has the hooks of the tests.
import { createChat } from "../../../src/cloudflare/create-chat.ts";
import { HOOKS } from "../../hosts/hooked-app.ts";

const chat = createChat<object>(HOOKS);

export const { RoomObject, DirectoryObject, ServiceObject } = chat;
export default chat;
