// Socket.IO upgrade: while a client goes over from HTTP to a WebSocket, nothing that it says or hears is lost or doubled.
import { expect, test } from "vitest";
import { join } from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";
import { SocketIoUser } from "./support/socketio-user.ts";

const CLIENTS = 12;
const MESSAGES = 8;

/** The number of each message that has come. */
function numbersOf(user: SocketIoUser): number[] {
  return user.inbox.seen.flatMap(({ event, args: [payload, more] }) =>
    event === "new message" && typeof payload === "object"
      ? [(more as { seq: number }).seq]
      : [],
  );
}

test("clients that join, talk and upgrade at once hear everything once and in order", async () => {
  const room = uniqueName("lobby");
  const ann = await join(room, person("ann"));
  let isOver = false;
  const talk = (async () => {
    for (let n = 0; !isOver; n++) {
      await ann.sendMessage(`ann ${n}`);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  })();
  const acked: number[] = [];
  const users = await Promise.all(
    Array.from({ length: CLIENTS }, async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, n * 40));
      const user = new SocketIoUser();
      const username = uniqueName("user");
      const joined = await user.ask("join room", { roomname: room, username });
      // The upgrade takes place meanwhile.
      for (let said = 0; said < MESSAGES; said++) {
        const { seq } = await user.ask("new message", `user ${n} ${said}`);
        acked.push(Number(seq));
      }
      return { user, from: Number(joined.seq) };
    }),
  );
  for (const { user } of users)
    await expect
      .poll(() => user.socket.io.engine.transport.name, { timeout: 10_000 })
      .toBe("websocket");
  isOver = true;
  await talk;
  const { seq: head } = await ann.sendMessage("the end");
  expect(new Set(acked).size).toBe(CLIENTS * MESSAGES);
  for (const { user, from } of users) {
    await user.message(expect.objectContaining({ message: "the end" }));
    const heard = numbersOf(user);
    expect(heard).toEqual([...new Set(heard)].toSorted((a, b) => a - b));
    // Its own are acked instead.
    expect(heard).toHaveLength(head - from - MESSAGES);
    expect(user.inbox.seen.map(({ event }) => event)).not.toContain(
      "disconnect",
    );
  }
}, 60_000);
