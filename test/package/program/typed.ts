// An app's own code, as far as its types go: what is right passes, what is wrong does not.
import {
  type ChatError,
  type Client,
  type ClientSnapshot,
  connect,
  createClient,
  memoryStorage,
  type Room,
  type RoomReceipt,
  type RoomSnapshot,
  type SentMessage,
} from "edge-chat/client";
import { indexedDbStorage } from "edge-chat/client/indexed-db";
import { fileStorage } from "edge-chat/client/node";

const client: Client = createClient("https://chat.example", {
  username: "alice",
  storage: Math.random() > 0.5 ? memoryStorage() : fileStorage("kept"),
  token: async () => "of the moment",
});
const lobby: Room = client.join("lobby", { history: 10 });
lobby.on("message", ({ text, seq }) => text.at(seq));
client.on("private", ({ text, to }) => text + to);
lobby.once("state", ({ state }) => state === "failed");
const hear = ({ count }: { count: number }) => count + 1;
lobby.on("members", hear);
lobby.off("members", hear);
// @ts-expect-error there is no such event
lobby.on("massage", () => {});
// @ts-expect-error it is the client that has private messages
lobby.on("private", () => {});
// @ts-expect-error it is a room that has messages
client.once("message", () => {});
// @ts-expect-error a message has no such field
lobby.on("message", ({ mail }) => mail);
// The app's token says who it is.
createClient("https://chat.example", {
  ...{ token: () => "a token", storage: indexedDbStorage("kept") },
});
// @ts-expect-error somebody has to say who it is
createClient("https://chat.example", {});
// @ts-expect-error a room is needed
connect("https://chat.example", { username: "alice" });
// @ts-expect-error a state is one of five
lobby.on("state", ({ state }) => state === "gone");
// @ts-expect-error nobody else makes rooms
lobby.notify();

export async function uses(): Promise<[RoomSnapshot, ClientSnapshot]> {
  const sent: SentMessage<RoomReceipt> = lobby.send("hello", { id: "mine" });
  const { seq, at } = await sent;
  const { to, expires } = await client.sendPrivate("bob", "psst");
  for await (const event of lobby) {
    if (event.type === "gap") console.log(event.before + seq + at);
    if (event.type === "left") console.log(event.username, to, expires);
  }
  const error: ChatError | null = lobby.reason;
  if (error?.code === "username_taken") console.log(error.retryAfter, sent.id);
  const room = connect("https://chat.example", {
    ...{ room: "lobby", username: "alice", history: 5 },
  });
  return [room.getSnapshot(), room.client.getSnapshot()];
}
