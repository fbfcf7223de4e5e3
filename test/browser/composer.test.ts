// Composer: commands work or are refused, and no command or secret is sent as a message.
import { expect } from "vitest";
import { join, type Member } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { findings } from "./support/axe.ts";
import { openChat, test } from "./support/browser.ts";
import type { ChatPage } from "./support/chat-page.ts";

const SECRET = "a-secret-of-22-characters";

interface Meeting {
  readonly alice: ChatPage;
  readonly name: string;
  readonly room: string;
  readonly eve: Member;
}

async function startMeeting(options = {}): Promise<Meeting> {
  const room = uniqueName("lobby");
  const name = uniqueName("alice");
  const alice = await openChat(options);
  await (await alice.join(name, room)).isIn(room);
  const eve = await join(room, someone("eve"));
  await alice.root.getByText("2 here").first().waitFor();
  return { alice, name, room, eve };
}

/**
 * Checks that nobody has received anything else: the messages of a room have
 * one order.
 */
async function expectNothingElse({ alice, eve }: Meeting): Promise<void> {
  await alice.say("/say done");
  const frames = await eve.until("message", { text: "done" });
  const said = frames.filter(({ type }) => /^(message|private)$/.test(type));
  expect(said).toHaveLength(1);
  expect(JSON.stringify(frames)).not.toContain(SECRET);
}

const notice = ({ alice }: Meeting) => alice.root.locator("[data-notice]");

test("a user's unclear text is refused, and stays in the field", async () => {
  const here = await startMeeting();
  const { alice, eve, room } = here;
  for (const typed of [
    `/rotate ${SECRET}`,
    ` /rotate ${SECRET}`,
    `／rotate ${SECRET}`,
    `/join n ${SECRET}`,
    `/dance ${SECRET}`,
    `/register ${SECRET}`,
    `@${eve.name}! ${SECRET}`,
    `@${eve.name}： ${SECRET}`,
    `＠${eve.name} ${SECRET}`,
    ` @${eve.name} ${SECRET}`,
    `{"text":"${SECRET}"}`,
  ]) {
    await alice.say(typed);
    await notice(here).getByText("Not sent").waitFor();
    expect(await alice.composer.inputValue()).toBe(typed);
  }
  // The notice for one text disappears with the next one.
  await alice.composer.fill("hello");
  await notice(here).waitFor({ state: "hidden" });
  await expectNothingElse(here);
  // The user can send a refused text with one click.
  const text = `＠${eve.name} as it stands`;
  await alice.say(text);
  await alice.button(`Send unchanged: Everyone in ${room}`).click();
  await eve.next("message", { text });
});

test("a user runs the commands who, block, register, release, leave and help", async () => {
  const here = await startMeeting();
  const { alice, name, eve, room } = here;
  await alice.say("/who");
  await notice(here).getByText(eve.name).waitFor();
  expect(await alice.composer.inputValue()).toBe("");
  await alice.say(`/block ${eve.name}`);
  await notice(here).getByText(`Blocked: ${eve.name}`).waitFor();
  await alice.say(`/unblock @${eve.name}`);
  await notice(here).getByText(`Unblock: ${eve.name}`).waitFor();
  await alice.say(`/block ${uniqueName("nobody")}`);
  await notice(here).getByText("Nobody has this name now.").waitFor();
  await alice.say("/help");
  await notice(here).getByText("/msg bob").waitFor();
  await alice.say("/register");
  await notice(here).getByText("The name is kept until").waitFor();
  await alice.say("/release");
  await alice.dialog("You").getByText(`You are ${name}`).waitFor();
  await alice.page.keyboard.press("Escape");
  await expectNothingElse(here);
  await alice.say("/leave");
  await alice
    .dialog(`Leave ${room}?`)
    .getByRole("button", { name: "Leave room" })
    .click();
  await eve.next("left", { username: name });
});

test("a user who addresses two people is asked who should see it", async () => {
  const here = await startMeeting();
  const { alice, eve, room } = here;
  const ben = await join(uniqueName("kitchen"), someone("ben"));
  const text = `@${ben.name}, @${eve.name} can you both look?`;
  await alice.say(text);
  await notice(here).getByText("Who should see this?").waitFor();
  expect(await alice.composer.inputValue()).toBe(text);
  await alice.button(`Only ${ben.name}`).click();
  await ben.next("private", { text });
  await alice.roomLink(room).click();
  await alice.composer.fill(text);
  await alice.button(`Everyone in ${room}`).click();
  // Eve receives it now for the first time.
  const frames = await eve.until("message", { text });
  expect(frames.filter(({ type }) => type === "message")).toHaveLength(1);
  // Both are named in the room, and nothing is private.
  const waiting = await ben.unread();
  expect(waiting.filter(({ type }) => type !== "mention")).toEqual([]);
});

test("a user sees the recipient before sending, also in a private conversation", async () => {
  const here = await startMeeting();
  const { alice, eve } = here;
  const ben = await join(uniqueName("kitchen"), someone("ben"));
  await alice.say(`@${ben.name} psst`);
  await ben.next("private", { text: "psst" });
  await alice.peerLink(ben.name).click();
  await alice.isIn(ben.name);
  await alice.composer.fill(`@${eve.name} ${SECRET}`);
  const shown = alice.root.locator(`[data-recipient="${eve.name}"]`);
  await shown.getByText(`Only ${eve.name} will see this`).waitFor();
  await alice.composer.press("Enter");
  await eve.next("private", { text: SECRET });
  await alice.say(`/rotate ${SECRET}`);
  await notice(here).getByText("Not sent").waitFor();
  // Instead of eve: ben receives the same text, unchanged.
  await alice.composer.fill(`@${eve.name} is late`);
  await alice.button(`Send to ${ben.name} instead`).click();
  await alice.composer.press("Enter");
  await ben.next("private", { text: `@${eve.name} is late` });
  expect(JSON.stringify(ben.inbox.seen)).not.toContain(SECRET);
});

test("a user completes names, emoji and commands by keys and by pointer", async () => {
  const here = await startMeeting();
  const { alice, eve } = here;
  const { composer, page, root } = alice;
  const list = root.getByRole("listbox", { name: "Suggestions" });
  const active = async () => {
    const id = await composer.getAttribute("aria-activedescendant");
    return id === null ? null : page.locator(`[id="${id}"]`).textContent();
  };
  const type = async (text: string) => {
    await composer.fill("");
    await composer.pressSequentially(text);
  };
  await type("hi @ev");
  await list.waitFor();
  expect(await composer.getAttribute("aria-controls")).toBe(
    await list.getAttribute("id"),
  );
  expect(await active()).toContain(eve.name);
  await root.getByText("1 suggestion.").waitFor({ state: "attached" });
  expect(await findings(alice)).toEqual([]);
  await page.keyboard.press("Enter");
  expect(await composer.inputValue()).toBe(`hi @${eve.name} `);
  await list.waitFor({ state: "hidden" });
  // The browser can undo it.
  await page.keyboard.press("ControlOrMeta+z");
  expect(await composer.inputValue()).not.toContain(eve.name);

  // Escape closes the list, and nothing else; the word stays as it is.
  await type("see :thumbs_up");
  await list.waitFor();
  await page.keyboard.press("Escape");
  await list.waitFor({ state: "hidden" });
  await page.keyboard.type("s");
  expect(await composer.inputValue()).toBe("see :thumbs_ups");
  expect(await list.isVisible()).toBe(false);
  await type("see :thumbs_up");
  await list.getByRole("option", { name: "thumbs up" }).click();
  expect(await composer.inputValue()).toBe("see 👍");
  expect(await composer.evaluate((one) => one === document.activeElement)).toBe(
    true,
  );

  await type("/");
  await list.waitFor();
  expect(await active()).toBeNull();
  await page.keyboard.press("ArrowDown");
  const first = await active();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  expect(await active()).toBe(first);
  await page.keyboard.type("blo");
  expect(await active()).toBe("/block bob");
  await page.keyboard.press("Tab");
  expect(await composer.inputValue()).toBe("/block ");
  // A whole command is run at once.
  await type("/who");
  await page.keyboard.press("Enter");
  await notice(here).getByText(eve.name).waitFor();
});

test("a Chinese user reads Chinese notices", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat({ locale: "zh-CN", path: `/#${room}` });
  await alice.root
    .getByRole("textbox", { name: "你的名字" })
    .fill(uniqueName("李雷"));
  await alice.button("加入").click();
  const box = alice.root.getByRole("textbox", { name: "消息" });
  await box.waitFor();
  const eve = await join(room, someone("eve"));
  for (const [typed, told] of [
    [`＠${eve.name} 悄悄话`, "未发送：@、/ 或 {"],
    [`@${eve.name}：悄悄话`, "未发送。要单独发给一个人"],
    ["/rotate 密钥", "未发送：/rotate 在这里不可用。"],
    ["@ann，@ben 看看", "谁可以看到这条消息？"],
  ] as const) {
    await box.fill(typed);
    await box.press("Enter");
    await alice.root.locator("[data-notice]").getByText(told).waitFor();
  }
  expect(await eve.unread()).toEqual([]);
});
