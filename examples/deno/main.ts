// Main: a chat with a hook, and a page of its own, on a server of one's own.
import { allow, createChat, deny, type RequestContext } from "edge-chat/deno";
import { Hono } from "hono";

const [data = "data", port = "8787"] = Deno.args;

const chat = createChat({
  data,
  settings: { TEXT_MAX: 500 },
  onJoin: ({ user, room }) => {
    console.log(`${user.username} asks to join ${room}`);
    return room === "closed" ? deny("forbidden", "It is closed.") : allow();
  },
});

const app = new Hono<{ Bindings: RequestContext }>()
  .get("/", (c) => c.html('<a href="chat/">The chat</a>'))
  .route("/chat", chat.app);

chat.serve({
  port: Number(port),
  app,
  onListen: (url) => console.log(`listening ${JSON.stringify({ url })}`),
});
Deno.addSignalListener("SIGTERM", () => chat.stop().then(() => Deno.exit(0)));
