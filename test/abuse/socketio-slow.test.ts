// Slow Socket.IO clients: one that does not read is cut off before it holds much memory, and others talk on.
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { urlOf } from "../conformance/support/connection.ts";
import { uniqueName } from "../conformance/support/people.ts";
import { SocketIoUser } from "../conformance/support/socketio-user.ts";
import { startAttackTarget } from "./support/attack-target.ts";

startAttackTarget({ RATE_BURST: 1_000_000 });

/** The longest text. */
const TEXT = "x".repeat(4000);
/** Of 24 MB, 4 MiB may wait at the server, and some in the system. */
const MESSAGES = 6000;
/** Messages that wait for their ack at once. */
const OPEN_MAX = 100;

/** A raw client, since it must stop to read. */
async function openRaw(): Promise<WebSocket> {
  const url = urlOf("/socket.io/?EIO=4&transport=websocket");
  const socket = new WebSocket(url.href.replace("http", "ws"), {
    // Such texts would be nothing on the wire.
    perMessageDeflate: false,
  });
  onTestFinished(() => socket.terminate());
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (data) => {
      const packet = data.toString();
      if (packet.startsWith("0")) socket.send("40");
      if (packet.startsWith("40")) resolve();
    });
  });
  return socket;
}

test("a client that does not read is cut off, and the others are not", async () => {
  const room = uniqueName("lobby");
  const alice = new SocketIoUser("", { transports: ["websocket"] });
  await alice.join(room, uniqueName("guest-alice"));
  const slow = await openRaw();
  const name = uniqueName("guest-slow");
  slow.send(`42${JSON.stringify(["join room", room, name])}`);
  await alice.message(`${name} has joined !`);
  let received = 0;
  slow.on("message", (data) => {
    received += data.toString().length;
  });
  const closed = new Promise((resolve) => slow.once("close", resolve));
  slow.pause();
  for (let sent = 0; sent < MESSAGES; sent += OPEN_MAX) {
    const answers = await Promise.all(
      Array.from({ length: OPEN_MAX }, () => alice.ask("new message", TEXT)),
    );
    for (const answer of answers) expect(answer).toHaveProperty("seq");
  }
  slow.resume();
  await closed;
  expect(received).toBeLessThan(MESSAGES * TEXT.length);
  expect(await alice.ask("new message", "still here")).toHaveProperty("seq");
}, 120_000);
