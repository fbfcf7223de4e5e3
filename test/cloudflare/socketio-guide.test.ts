// Socket.IO guide: the server of coming-from-socket-io.md runs as it is written, and decides about Socket.IO clients.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { uniqueName } from "../conformance/support/people.ts";
import { SocketIoUser } from "../conformance/support/socketio-user.ts";
import { serve } from "./support/server.ts";

const root = join(import.meta.dirname, "../..");
const ENTRY = "dist/coming-from-socket-io.ts";

const guide = readFileSync(
  join(root, "docs/guides/coming-from-socket-io.md"),
  "utf8",
);
const [, program = ""] = /```ts\n([\s\S]*?)```/.exec(guide) ?? [];
mkdirSync(join(root, "dist"), { recursive: true });
writeFileSync(
  join(root, ENTRY),
  program.replace('"edge-chat/cloudflare"', '"../src/cloudflare/index.ts"'),
);

serve({}, ENTRY);

test("alice reads why the app refuses her join, her message and her private message", async () => {
  const alice = new SocketIoUser();
  const username = uniqueName("alice");
  const staff = { roomname: "staff", username };
  expect(await alice.ask("join room", staff)).toEqual({
    error: "forbidden",
    message: "The staff room is for members.",
  });
  await alice.join(uniqueName("lobby"), username);
  expect(await alice.ask("new message", "Buy now!")).toEqual({
    error: "forbidden",
    message: "No ads here.",
  });
  alice.socket.emit("new message", "buy now");
  await alice.message({ error: true, msg: "No ads here." });
  expect(await alice.ask("new pm", `@${username} psst`)).toEqual({
    error: "forbidden",
    message: "To yourself?",
  });
});

test("bob hears the text that the app has let through", async () => {
  const [room, name] = [uniqueName("lobby"), uniqueName("alice")];
  const [alice, bob] = [new SocketIoUser(), new SocketIoUser()];
  await bob.join(room, uniqueName("bob"));
  await alice.join(room, name);
  expect(await alice.ask("new message", "  hello  ")).toHaveProperty("seq", 1);
  const message = { room, type: "generic", username: name, message: "hello" };
  await bob.message(message);
});
