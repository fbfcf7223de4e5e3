// Main: the entry on Deno, which creates a chat from the arguments and the environment, and serves it until a signal.
import { createChat } from "./create-chat.ts";
import { ENVIRONMENT } from "./options.ts";
import { runProcess } from "./process.ts";

const values = ENVIRONMENT.map((name) => [name, Deno.env.get(name)]);

runProcess(Deno.args, Object.fromEntries(values), createChat);
