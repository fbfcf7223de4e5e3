// Backend: a server of the app, which sends messages to the chat and hears its events.
import { createServer } from "node:http";
import { ChatApi, makeKey } from "./chat-api.ts";
import { Receiver } from "./receiver.ts";

const {
  CHAT_URL: url = "http://localhost:8787",
  PORT: port = "3000",
  ADMIN_SECRET: adminSecret = "",
  WEBHOOK_SECRET: webhookSecret = "",
} = process.env;

const BODY_BYTES_MAX = 1024 * 1024;

const receiver = new Receiver(webhookSecret, ({ type, data }) => {
  const { room, username, text } = data;
  console.log("heard", type, room, username ?? "", text ?? "");
});

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) return response.writeHead(413).end();
    parts.push(part);
  }
  const { status, body } = receiver.receive(
    Buffer.concat(parts).toString(),
    request.headers as Record<string, string>,
  );
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(body === undefined ? "" : JSON.stringify(body));
});
await new Promise<void>((resolve) => server.listen(Number(port), resolve));

const chat = new ChatApi(url, await makeKey(url, adminSecret));
const id = `start-${Date.now()}`;
const first = await chat.publish("lobby", "The backend is here.", id);
console.log("published", first.seq);
// As after an answer that was lost: the message is there once.
const again = await chat.publish("lobby", "The backend is here.", id);
console.log("published again", again.seq, again.duplicate);
const texts = ["Write /roll 20.", "I hear what you say."];
const many = await chat.publishMany("lobby", texts, `${id}-more`);
console.log("published", ...many.map(({ seq }) => seq));
