// Events process: a chat whose app writes each batch of stored events into a file.
import { appendFileSync } from "node:fs";
import { createChat } from "../../../src/deno/create-chat.ts";

const [data = "", port = "0"] = Deno.args;

const chat = createChat({
  ...{ data, env: Deno.env.toObject() },
  // A line that a kill has torn is ended by the next one.
  onEvents: (batch, { env }) =>
    appendFileSync(env.SINK ?? "", `\n${JSON.stringify(batch)}\n`),
});

chat.serve({
  port: Number(port),
  onListen: (url) => console.log(`listening ${JSON.stringify({ url })}`),
});
