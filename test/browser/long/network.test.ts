// Network failures: messages typed offline arrive afterwards, all of them, once and in order.
import { expect } from "vitest";
import { join } from "../../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../../conformance/support/people.ts";
import { startRestartable } from "../../restart/support/restartable-server.ts";
import { openChat, test } from "../support/browser.ts";
import { type ChatPage, TIMEOUT_MS } from "../support/chat-page.ts";
import { startCuttableProxy } from "../support/cuttable-proxy.ts";

const typed = ["one", "two", "three"];

/** The texts of drafts in the browser's storage. */
function storedDrafts({ page }: ChatPage): Promise<string[]> {
  return page.evaluate(() =>
    [localStorage, sessionStorage].flatMap((storage) =>
      Object.entries(storage).flatMap(([key, text]) =>
        key.includes(":draft:") && text !== "" ? [text] : [],
      ),
    ),
  );
}

test("a user's three messages typed offline arrive once and in order when the network is back", async () => {
  const room = uniqueName("lobby");
  const proxy = await startCuttableProxy();
  const alice = await openChat({ path: proxy.url, badNetwork: true });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  proxy.cut();
  await alice.banner.waitFor();
  for (const text of typed) await alice.say(text);
  await expect
    .poll(() => alice.shownMessages(), { timeout: TIMEOUT_MS })
    .toEqual(typed.map((text) => ({ text, state: "pending" })));
  await bob.sendMessage("meanwhile");
  proxy.restore();
  await alice.reconnects();
  await alice.sees("meanwhile", ...typed);
  const heard = await bob.until("message", { text: "three" });
  expect(
    heard.flatMap((frame) => (frame.type === "message" ? [frame.text] : [])),
  ).toEqual(typed);
});

test("a user's waiting messages are sent after a reload", async () => {
  const room = uniqueName("lobby");
  const proxy = await startCuttableProxy();
  const alice = await openChat({ path: proxy.url, badNetwork: true });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  proxy.cutSockets();
  await alice.banner.waitFor();
  for (const text of typed) await alice.say(text);
  await expect
    .poll(() => alice.shownMessages(), { timeout: TIMEOUT_MS })
    .toEqual(typed.map((text) => ({ text, state: "pending" })));
  // A text stays stored as a draft until it is stored as a message.
  await expect.poll(() => storedDrafts(alice)).toEqual([]);
  await alice.page.reload();
  proxy.restore();
  await alice.isIn(room);
  await alice.sees(...typed);
  const heard = await bob.until("message", { text: "three" });
  expect(
    heard.flatMap((frame) => (frame.type === "message" ? [frame.text] : [])),
  ).toEqual(typed);
});

test("two users go on chatting after the server was killed and restarted", async () => {
  const room = uniqueName("lobby");
  const { url, kill, start } = await startRestartable();
  const [alice, bob] = await Promise.all([
    openChat({ path: url, badNetwork: true }),
    openChat({ path: url, badNetwork: true }),
  ]);
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await (await bob.join(uniqueName("bob"), room)).isIn(room);
  await alice.say("before");
  await bob.sees("before");
  await kill();
  await Promise.all([alice.banner.waitFor(), bob.banner.waitFor()]);
  await alice.say("into the dark");
  await start();
  await alice.reconnects();
  await bob.reconnects();
  await bob.say("back again");
  const all = ["before", "into the dark", "back again"];
  await Promise.all([alice.sees(...all), bob.sees(...all)]);
});
