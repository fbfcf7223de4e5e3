// Hooked process: a chat whose app has the hooks of the tests.
import { createChat } from "../../../src/deno/create-chat.ts";
import { HOOKS } from "../../hosts/hooked-app.ts";

const [data = "", ADMIN_SECRET] = Deno.args;

const chat = createChat({
  ...HOOKS,
  settings: { ADMIN_SECRET },
  ...{ data, synchronous: "NORMAL" },
});

chat.serve({
  port: 0,
  onListen: (url) => console.log(`listening ${JSON.stringify({ url })}`),
});

Deno.addSignalListener("SIGTERM", async () => {
  await chat.stop();
  Deno.exit(0);
});
