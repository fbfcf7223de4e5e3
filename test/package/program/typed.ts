// An app's own code, as far as its types go: what is right passes, what is wrong does not.
import {
  type Chat,
  type ChatError,
  type ChatSnapshot,
  connect,
  memoryStorage,
} from "edge-chat/client";
import { fileStorage } from "edge-chat/client/node";

const chat: Chat = connect("https://chat.example", {
  ...{ room: "lobby", username: "alice" },
  storage: Math.random() > 0.5 ? memoryStorage() : fileStorage("kept"),
  token: async () => "of the moment",
});
chat.on("message", ({ text, seq }) => text.at(seq));
chat.on("private", ({ text, to }) => text + to);
chat.on("state", ({ state }) => state === "failed");
// @ts-expect-error there is no such event
chat.on("massage", () => {});
// @ts-expect-error a message has no such field
chat.on("message", ({ mail }) => mail);
// The app's token says who it is.
connect("https://chat.example", { room: "lobby", token: () => "a token" });
// @ts-expect-error somebody has to say who it is
connect("https://chat.example", { room: "lobby" });
// @ts-expect-error a room is needed
connect("https://chat.example", { username: "alice" });
// @ts-expect-error a state is one of five
chat.on("state", ({ state }) => state === "gone");

export async function uses(): Promise<ChatSnapshot> {
  const { seq, at } = await chat.send("hello");
  const { to, expires } = await chat.sendPrivate("bob", "psst");
  for await (const event of chat) {
    if (event.type === "gap") console.log(event.before + seq + at);
    if (event.type === "left") console.log(event.username, to, expires);
  }
  const error: ChatError | null = chat.reason;
  if (error?.code === "username_taken") console.log(error.retryAfter);
  return chat.getSnapshot();
}
