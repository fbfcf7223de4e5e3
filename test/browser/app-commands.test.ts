// App commands: a user of the page writes the commands of the server's app, and alone sees the replies.
import { afterAll, beforeAll, expect } from "vitest";
import { uniqueName } from "../conformance/support/people.ts";
import { openChat, test } from "./support/browser.ts";
import { startHookedHost } from "./support/hooked-host.ts";
import type { RunningHost } from "./support/host.ts";

let host: RunningHost | undefined;

beforeAll(async () => {
  host = await startHookedHost(process.env.EDGE_CHAT_HOST);
});
afterAll(() => host?.stop());

async function openRoom() {
  const room = uniqueName("lobby");
  const people = await Promise.all(
    ["alice", "bob"].map(async (name) => {
      const username = uniqueName(name);
      const chat = await openChat({ path: `${host?.url}/` });
      await (await chat.join(username, room)).isIn(room);
      return { chat, username };
    }),
  );
  const [alice, bob] = people;
  if (alice === undefined || bob === undefined) throw new Error("Nobody.");
  return { alice, bob };
}

test("a user's command speaks to the room, and replies to the user alone", async () => {
  const { alice, bob } = await openRoom();
  const notice = alice.chat.root.locator("[data-notice]");
  await alice.chat.say("/roll 2d6");
  await notice.getByText(`Only you see this, ${alice.username}.`).waitFor();
  expect(await alice.chat.composer.inputValue()).toBe("");
  for (const { chat } of [alice, bob])
    await chat.log.getByText("rolled 2d6").waitFor();
  // What the command would have told bob has come before this.
  await alice.chat.say("and now?");
  await bob.chat.receives("and now?");
  expect(await bob.chat.root.getByText("Only you see this").count()).toBe(0);
});

test("a user sees a reply of many lines, the list of commands, and a failure", async () => {
  const { alice } = await openRoom();
  const { chat } = alice;
  const notice = chat.root.locator("[data-notice]");
  await chat.say("/help");
  await notice.getByText("/ask · /fail · /roll").waitFor();
  await chat.composer.fill("/ask one\ntwo");
  await chat.composer.press("Enter");
  await notice.getByText("ONE").waitFor();
  expect(await notice.locator("span").textContent()).toBe("ONE\nTWO");
  await chat.say("/fail");
  await notice.getByText("The server failed.").waitFor();
  expect(await chat.composer.inputValue()).toBe("/fail");
  await chat.say("/rolls 2d6");
  await notice.getByText("There is no such command").waitFor();
  expect(await chat.shownMessages()).toEqual([]);
});
