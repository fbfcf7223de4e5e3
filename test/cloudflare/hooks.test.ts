// Hooks in the real runtime: the app of a Worker decides, and rooms sleep only while nothing waits for it.
import { test } from "vitest";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { checkHookedChat } from "../hosts/hooked-chat.ts";
import { ADMIN_SECRET } from "../hosts/site.ts";
import { serve } from "./support/server.ts";

const server = serve(
  { ADMIN_SECRET },
  "test/cloudflare/support/hooked-worker.ts",
);

checkHookedChat(() => server.logs().map((line) => JSON.stringify(line)));

test("a room whose app thinks stays awake until it has answered", async () => {
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  const bob = await join(room, person("bob"));
  alice.send({ type: "message", text: "slow 300", id: "slow" });
  await bob.sendMessage("quick");
  // The runtime waits for the timer of the promise.
  await server.sleep(room);
  await alice.roomAck("slow");
  await bob.next("message", { text: "slow 300" });
});

test("after a verdict the room sleeps, and its connections stay", async () => {
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  await alice.sendMessage("slow 20");
  await server.sleep(room);
  await alice.sendMessage("slow 20");
});
