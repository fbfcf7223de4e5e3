// Moderation: moderators act on people by the member list, and those whom it hits read why and until when.
import { expect } from "vitest";
import { join, type Member } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { findings } from "./support/axe.ts";
import { openChat, openTab, PHONE, test } from "./support/browser.ts";
import type { ChatPage } from "./support/chat-page.ts";

const WIDE = { viewport: { width: 1280, height: 720 } };
const FLOOD_INTERVAL_MS = 250;

/** A user whose join creates the room, under a registered name. */
async function owner(room: string): Promise<ChatPage> {
  const hall = uniqueName("hall");
  const alice = await openChat(WIDE);
  await (await alice.join(uniqueName("alice"), hall)).isIn(hall);
  await keepName(alice);
  return alice.joinAnother(room);
}

async function keepName(chat: ChatPage): Promise<void> {
  await chat.say("/register");
  await chat.root.getByText("The name is kept until").waitFor();
}

/** Chooses from the menu on a member. */
async function choose(chat: ChatPage, name: string, item: string) {
  const members = chat.root.locator(".members");
  await members.getByRole("button", { name }).click();
  await chat
    .dialog(name)
    .getByRole("button", { name: item, exact: true })
    .click();
}

interface Choice {
  readonly howLong?: string;
  readonly reason?: string;
}

/** The same, and confirms it. */
async function act(
  chat: ChatPage,
  name: string,
  item: string,
  { howLong, reason }: Choice = {},
): Promise<void> {
  await choose(chat, name, item);
  const question = chat.root.getByRole("dialog");
  if (howLong !== undefined)
    await question.getByRole("radio", { name: howLong }).check();
  if (reason !== undefined)
    await question.getByRole("textbox", { name: "Reason" }).fill(reason);
  await question.getByRole("button", { name: item, exact: true }).click();
  await question.waitFor({ state: "hidden" });
}

/** Writes again and again, until the server closes the connection. */
function flood(bob: Member): { stop(): void } {
  let count = 0;
  const send = () => bob.send({ type: "message", text: `buy this ${count++}` });
  const timer = setInterval(send, FLOOD_INTERVAL_MS);
  return { stop: () => clearInterval(timer) };
}

function change(chat: ChatPage, action: string) {
  return chat.log.locator(`[data-action="${action}"]`);
}

test("a moderator mutes, purges and bans a user who floods the room, and the others see who did it and why", async () => {
  const room = uniqueName("lobby");
  const alice = await owner(room);
  const carol = await openChat(WIDE);
  await (await carol.join(uniqueName("carol"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  const { stop } = flood(bob);
  try {
    await carol.receives("buy this 2");
    await act(alice, bob.name, "Mute", { howLong: "1 hour", reason: "spam" });
    await bob.next("error", { code: "muted" });
    const muted = change(carol, "mute");
    await muted.getByText("Reason: spam").waitFor();
    expect(await muted.textContent()).toMatch(
      new RegExp(`^alice-\\S+ muted ${bob.name} until \\d\\d:\\d\\d.`),
    );
    await act(alice, bob.name, "Delete the last hour");
    await change(carol, "purge").waitFor();
    await expect.poll(() => carol.message("buy this 2").count()).toBe(0);
    await carol.log.locator("[data-deleted]").first().waitFor();
    await carol.say("thank you");
    await alice.receives("thank you");
    await act(alice, bob.name, "Ban", { howLong: "Forever" });
    expect((await bob.closed()).code).toBe(4502);
  } finally {
    stop();
  }
  await change(carol, "ban").waitFor();
  // The one who is gone is found in the talk.
  await carol.log.getByRole("button", { name: bob.name }).first().click();
  const ofCarol = carol.dialog(bob.name);
  await ofCarol.getByRole("button", { name: "Block" }).waitFor();
  expect(await ofCarol.getByRole("button", { name: "Ban" }).count()).toBe(0);
  await carol.page.keyboard.press("Escape");
  await ofCarol.waitFor({ state: "hidden" });
  // The first message may be far above: the list jumps to its end.
  await carol.composer.press("Escape");
  await alice.log.getByRole("button", { name: bob.name }).first().click();
  await alice.button("Lift the ban").click();
  await alice.dialog("Lift the ban of").getByText("can join").waitFor();
  await alice.page.keyboard.press("Enter");
  await change(carol, "unban").waitFor();

  await alice.say("/slow fast");
  await alice.root.getByText("Type: /slow seconds").waitFor();
  await alice.say("/slow 5 minutes");
  await alice.root.getByText("Type: /slow seconds").waitFor();
  await alice.say("/slow 5m");
  await change(carol, "slow").getByText("every 5 minutes").waitFor();
});

test("a muted, kicked or banned user reads why and until when, in every tab", async () => {
  const room = uniqueName("lobby");
  const alice = await owner(room);
  const bob = await openChat(PHONE);
  const name = uniqueName("bob");
  await (await bob.join(name, room)).isIn(room);
  await bob.composer.fill("half a sentence");

  await act(alice, name, "Mute", { howLong: "1 day", reason: "spam" });
  const limit = bob.root.locator('[data-limit="muted"]');
  await limit.getByText("Reason: spam").waitFor();
  expect(await limit.textContent()).toMatch(
    /You are muted until .*\d\d:\d\d\./,
  );
  expect(await bob.composer.isDisabled()).toBe(true);
  expect(await findings(bob)).toEqual([]);
  await act(alice, name, "Let speak again");
  await limit.waitFor({ state: "hidden" });
  expect(await bob.composer.inputValue()).toBe("half a sentence");
  await bob.say("sorry");
  await alice.receives("sorry");

  await act(alice, name, "Kick", { reason: "calm down" });
  const kicked = bob.root.locator('[data-removed="kick"]');
  await kicked.getByText("Reason: calm down").waitFor();
  await kicked.getByText("You can join again in").waitFor();
  const again = kicked.getByRole("button", { name: "Join again" });
  expect(await again.getAttribute("aria-disabled")).toBe("true");
  expect(await findings(bob)).toEqual([]);

  await alice.log.getByRole("button", { name }).first().click();
  await alice.dialog(name).getByRole("button", { name: "Ban" }).click();
  await alice.dialog("Ban").getByRole("radio", { name: "7 days" }).check();
  await alice.page.keyboard.press("Enter");
  await change(alice, "ban").waitFor();
  const tab = await openTab(bob.page.context(), `/#${room}`);
  const banned = tab.root.locator('[data-removed="ban"]');
  await banned.getByRole("heading", { name: room }).waitFor();
  await banned.getByText(/The ban ends: .*\d\d:\d\d\./).waitFor();
  await banned.getByRole("button", { name: "Leave room" }).waitFor();
});

test("a moderator locks the room or slows it down by one tap, and the others see how long to wait", async () => {
  const room = uniqueName("lobby");
  const alice = await owner(room);
  const bob = await openChat(PHONE);
  await (await bob.join(uniqueName("bob"), room)).isIn(room);
  await alice.button("About this room").click();
  const info = alice.dialog("About this room");
  await info.getByRole("switch", { name: "Lock the room" }).click();
  const limit = bob.root.locator("[data-limit]");
  await limit.getByText("only moderators can write").waitFor();
  expect(await bob.composer.isDisabled()).toBe(true);
  await bob.button("About this room, locked").waitFor();
  expect(await findings(alice)).toEqual([]);
  await info.getByRole("switch", { checked: true }).click();
  await limit.waitFor({ state: "hidden" });

  await info.getByRole("button", { name: "5 minutes" }).click();
  await bob.button("About this room, slow mode").waitFor();
  await bob.say("one");
  await alice.receives("one");
  await bob.root
    .locator("[data-wait]")
    .getByText(/again in \d/)
    .waitFor();
  await bob.say("two");
  const send = bob.button("Send");
  await expect.poll(() => send.getAttribute("aria-disabled")).toBe("true");
  expect(await findings(bob)).toEqual([]);
  await info.getByRole("button", { name: "Off" }).click();
  await bob.root.locator("[data-wait]").waitFor({ state: "hidden" });
  expect(await bob.composer.inputValue()).toBe("two");
  await bob.composer.press("Enter");
  await alice.receives("two");
});

test("a user reports a message, and a moderator acts on it and closes the report", async () => {
  const room = uniqueName("lobby");
  const alice = await owner(room);
  const carol = await openChat(PHONE);
  const name = uniqueName("carol");
  await (await carol.join(name, room)).isIn(room);
  const bob = await join(room, someone("bob"));
  await bob.sendMessage("buy this");
  await carol.receives("buy this");
  await carol.message("buy this").focus();
  await carol.page.keyboard.press("Enter");
  await carol.button("Report").click();
  const question = carol.dialog("Report this message?");
  await question.getByRole("textbox", { name: "Reason" }).fill("spam");
  expect(await findings(carol)).toEqual([]);
  await carol.page.keyboard.press("Enter");
  await question.getByText("have your report").waitFor();

  await alice.button("1 open report").click();
  const reports = alice.dialog("Reports");
  const report = reports.locator("[data-report]");
  await report.getByText("buy this").waitFor();
  await report.getByText(`Reported by ${name}.`).waitFor();
  await report.getByText("Reason: spam").waitFor();
  expect(await findings(alice)).toEqual([]);
  await report.getByRole("button", { name: "Delete the last hour" }).click();
  await alice.dialog("Delete the last hour of").waitFor();
  await alice.page.keyboard.press("Enter");
  await change(carol, "purge").waitFor();
  await carol.log.locator("[data-deleted]").waitFor();
  await report.getByText("not there any more").waitFor();
  await report.getByRole("button", { name: "Resolved" }).click();
  await reports.getByText("There are no open reports.").waitFor();
  await alice.page.keyboard.press("Escape");
  await alice.button("1 open report").waitFor({ state: "hidden" });
});

test("an owner opens a room to members alone, and others come in by a link", async () => {
  const [room, hall] = [uniqueName("lobby"), uniqueName("hall")];
  const alice = await owner(room);
  await alice.button("About this room").click();
  const info = alice.dialog("About this room");
  await info.getByRole("button", { name: "Members", exact: true }).click();
  await info.getByText("Nobody else sees what is in it.").waitFor();
  await info.getByLabel("People", { exact: true }).selectOption("10");
  await info.getByRole("button", { name: "Make a link" }).click();
  const link = info.getByLabel("Link", { exact: true });
  await link.waitFor();
  expect(await findings(alice)).toEqual([]);
  const { hash } = new URL(await link.inputValue());
  await alice.page.keyboard.press("Escape");
  await alice.say("/invite 3 1h");
  await alice.root.locator("[data-notice]").getByText("?invite=").waitFor();

  const bob = await openChat(PHONE);
  await (await bob.join(uniqueName("bob"), hall)).isIn(hall);
  const preview = bob.root.locator("[data-preview]");
  await bob.page.goto(new URL(`/${hash}`, bob.page.url()).href);
  await preview.getByText("You are invited to this room.").waitFor();
  expect(await findings(bob)).toEqual([]);
  await preview.getByRole("button", { name: "Keep this name" }).click();
  await preview.getByText("Members keep their name.").waitFor({
    state: "hidden",
  });
  await preview.getByRole("button", { name: `Join ${room}` }).click();
  await bob.isIn(room);
  expect(new URL(bob.page.url()).hash).toBe(`#${room}`);
  await change(alice, "member").getByText("by an invitation").waitFor();
  await bob.say("thank you");
  await alice.receives("thank you");

  const carol = await openChat();
  await (await carol.join(uniqueName("carol"), hall)).isIn(hall);
  await keepName(carol);
  await carol.page.goto(new URL(`/#${room}`, carol.page.url()).href);
  await carol.button(`Join ${room}`).click();
  await carol.banner.getByText("Only members may enter").waitFor();
  await carol.page.goto(new URL(`/${hash}`, carol.page.url()).href);
  await carol.isIn(room);
  await carol.receives("thank you");
});
