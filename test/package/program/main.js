// Talks, in whatever runtime it is started: its arguments are the server, the room, and perhaps a folder.
import process from "node:process";
import { fileStorage } from "edge-chat/client/node";
import { talk } from "./talk.js";

const [, , url, room, folder] = process.argv;
const storage = folder === undefined ? undefined : fileStorage(folder);
console.log(JSON.stringify(await talk(url, room, storage)));
