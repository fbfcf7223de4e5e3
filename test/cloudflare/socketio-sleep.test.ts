// Socket.IO sleep: a room with Socket.IO clients loses its memory while they stay connected, and they notice nothing.
import { expect, test } from "vitest";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { SocketIoUser } from "../conformance/support/socketio-user.ts";
import { timesConstructed, timesMade } from "./support/object-metrics.ts";
import { serve } from "./support/server.ts";

const server = serve(
  // Several pings in the time that a room takes to fall asleep.
  { SOCKETIO_PING_SECONDS: 2, GUEST_CLAIM_SECONDS: 60 },
  "test/cloudflare/support/counting-worker.ts",
);

const ROUNDS_MAX = 3;

test.for([
  { how: "a WebSocket from the start", transports: ["websocket"] },
  { how: "a WebSocket after HTTP", transports: ["polling", "websocket"] },
])("a room sleeps while a client holds $how", async ({ transports }) => {
  const room = uniqueName("lobby");
  const [alice, bob] = [
    new SocketIoUser("", { transports }),
    new SocketIoUser("", { transports }),
  ];
  await alice.join(room, uniqueName("alice"));
  const name = uniqueName("bob");
  await bob.join(room, name);
  await alice.message(`${name} has joined !`);
  for (const user of [alice, bob])
    await expect
      .poll(() => user.socket.io.engine.transport.name)
      .toBe("websocket");
  await expect.poll(() => timesConstructed(server, room)).toBe(1);
  const made = 1;
  // The object sleeps after ten seconds without an event; each client is pinged
  // several times meanwhile.
  for (let round = 0, now = made; now === made; round++) {
    // On a slow machine the runtime drops the memory later.
    if (round === ROUNDS_MAX) throw new Error("The room does not sleep.");
    await new Promise((resolve) => setTimeout(resolve, 14_000));
    const said = await alice.ask("new message", "good morning");
    expect(said).toHaveProperty("seq");
    now = await timesMade(server, room);
    expect(now).toBeLessThanOrEqual(2);
  }
  await bob.message(expect.objectContaining({ message: "good morning" }));
  expect(bob.socket.connected && alice.socket.connected).toBe(true);
  const ann = await join(room, person("ann"));
  await ann.sendMessage("hello");
  await bob.message(expect.objectContaining({ message: "hello" }));
});
