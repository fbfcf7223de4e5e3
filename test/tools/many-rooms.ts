// Many rooms: `npm run many-rooms` measures the memory that is left of rooms that were used once, on Deno.
import { readFileSync } from "node:fs";
import { startDeno } from "../hosts/deno.ts";

const STEP = 1000;
const AT_ONCE = 20;
/** The allowed growth of the peak in the second half; the heap size varies. */
const MORE_BYTES = 32 * 1024 * 1024;

const count = Number(process.argv[2] ?? 10_000);
const server = await startDeno({
  settings: {
    PRESENCE_GRACE_MS: 0,
    GUEST_CLAIM_SECONDS: 86_400,
    CONNECTS_PER_MINUTE: 0,
  },
});
try {
  console.log("rooms touched   private memory, MiB");
  const after = [print(0)];
  for (let from = 0; from < count; from += STEP) {
    for (let room = from; room < from + STEP; room += AT_ONCE)
      await Promise.all(
        Array.from({ length: AT_ONCE }, (_, i) => touch(room + i)),
      );
    await settled();
    after.push(print(from + STEP));
  }
  const half = Math.floor(after.length / 2);
  const grown =
    Math.max(...after.slice(half)) - Math.max(...after.slice(0, half));
  console.log(
    `the peak of the second half is ${mebi(grown)} MiB above the first's`,
  );
  if (grown > MORE_BYTES) process.exitCode = 1;
  await reopened();
} finally {
  await server.stop();
}

function url(room: number, user: string): string {
  return `${server.url.replace("http", "ws")}/rooms/room-${room}?username=${user}`;
}

/** A new user joins, sends a message and leaves. */
function touch(room: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url(room, `user-${room}-x`));
    socket.onmessage = ({ data }) => {
      const { type, message } = JSON.parse(String(data));
      if (type === "welcome") socket.send(`hello from ${room}`);
      else if (type === "ack") socket.close();
      else if (type === "error") reject(new Error(message));
    };
    socket.onclose = () => resolve();
    socket.onerror = () => reject(new Error("The connection failed."));
  });
}

/** The first room, closed long ago, still has its message. */
async function reopened(): Promise<void> {
  const answer = await fetch(new URL("/rooms/room-0/messages", server.url));
  const isThere = (await answer.text()).includes("hello from 0");
  console.log(`the first room, opened again, knows its message: ${isThere}`);
  if (!isThere) process.exitCode = 1;
}

/** Waits until the server is idle, after garbage collections. */
async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    const before = ticks();
    await new Promise((resolve) => setTimeout(resolve, 200));
    quiet = ticks() - before <= 1 ? quiet + 1 : 0;
  }
}

/** CPU time in hundredths of a second. */
function ticks(): number {
  const stat = readFileSync(`/proc/${server.pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

function print(rooms: number): number {
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  const kib = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  const bytes = kib("RssAnon") * 1024;
  console.log(`${String(rooms).padStart(13)}   ${mebi(bytes).padStart(19)}`);
  return bytes;
}

function mebi(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
