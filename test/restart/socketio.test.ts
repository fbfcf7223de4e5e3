// Socket.IO restart: clients of Socket.IO go on where they were after SIGKILL, beside a raw WebSocket in the same room.
import { expect, test } from "vitest";
import { SocketIoUser } from "../conformance/support/socketio-user.ts";
import { TextClient } from "../conformance/support/text-client.ts";
import { startRestartable } from "./support/restartable-server.ts";

const NOT_JOINED = { error: true, msg: "You're not part of a room yet" };

function generic(username: string, message: string) {
  return { room: "lobby", type: "generic", username, message };
}

/** What such a client's script does, in its order, with nothing but io(url). */
function runScript(username: string): SocketIoUser {
  const user = new SocketIoUser();
  const { socket } = user;
  socket.emit("new message", "before the join");
  socket.emit("join room", { roomname: "lobby", username });
  socket.emit("new message", `${username} is here`);
  return user;
}

async function openByHand(username: string): Promise<TextClient> {
  return new TextClient("lobby", { query: { username } }).opened();
}

test("the script of a Socket.IO chat does the same before and after SIGKILL, and its clients recover", async () => {
  const server = await startRestartable({ GUEST_CLAIM_SECONDS: 600 });
  const hand = await openByHand("hank");
  const alice = runScript("alice");
  await hand.line("alice: alice is here");
  await alice.message(NOT_JOINED);
  const bob = runScript("bob");
  await alice.message("bob has joined !");
  await alice.message(generic("bob", "bob is here"));
  hand.send("to both");
  for (const user of [alice, bob])
    await user.message(generic("hank", "to both"));
  alice.socket.emit("new pm", "@bob psst");
  const whisper = {
    ...generic("alice", "psst"),
    type: "private",
    target: "bob",
  };
  await bob.message(whisper);

  await server.kill();
  await alice.next("disconnect");
  await server.start({ GUEST_CLAIM_SECONDS: 600 });
  const again = await openByHand("hanna");
  again.send("after the kill");
  for (const user of [alice, bob])
    await user.message(generic("hanna", "after the kill"));
  expect(alice.socket.recovered).toBe(true);
  expect(bob.socket.recovered).toBe(true);
  alice.socket.emit("new message", "still alice");
  await bob.message(generic("alice", "still alice"));
  await again.line("alice: still alice");

  const carol = runScript("carol");
  await again.line("carol: carol is here");
  await carol.message(NOT_JOINED);
  await alice.message("carol has joined !");
  await alice.message(generic("carol", "carol is here"));
  carol.socket.disconnect();
  await alice.message("carol has left !");

  // Everything once, in order, and nothing of one's own.
  const said = (user: SocketIoUser) =>
    user.messages.filter((one) => typeof one === "object");
  expect(said(alice)).toEqual([
    NOT_JOINED,
    generic("bob", "bob is here"),
    generic("hank", "to both"),
    generic("hanna", "after the kill"),
    generic("carol", "carol is here"),
  ]);
  expect(said(bob)).toEqual([
    NOT_JOINED,
    generic("hank", "to both"),
    whisper,
    generic("hanna", "after the kill"),
    generic("alice", "still alice"),
    generic("carol", "carol is here"),
  ]);
});
