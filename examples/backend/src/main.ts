// Main: the same chat in one Deno process, with its settings from the environment.
import { type Chat, createChat } from "edge-chat/deno";

const [data = "data", port = "8787"] = Deno.args;

const chat: Chat = createChat({ data, env: Deno.env.toObject() });

chat.serve({
  port: Number(port),
  onListen: (url) => console.log(`listening ${JSON.stringify({ url })}`),
});
Deno.addSignalListener("SIGTERM", () => chat.stop().then(() => Deno.exit(0)));
