// Main: the same chat in one Deno process.
import { type Chat, createChat } from "edge-chat/deno";
import { answer } from "./bot.ts";

const [data = "data", port = "8787"] = Deno.args;

const chat: Chat = createChat({
  data,
  onEvents: (batch, { env }) =>
    answer(batch, (message) => chat.room(env, batch.room).send(message)),
});

chat.serve({
  port: Number(port),
  onListen: (url) => console.log(`listening ${JSON.stringify({ url })}`),
});
Deno.addSignalListener("SIGTERM", () => chat.stop().then(() => Deno.exit(0)));
