// Screenshots: makes the pictures of the page that README shows, by `npm run screenshots`.
import { mkdirSync } from "node:fs";
import { join as joinPath } from "node:path";
import { expect } from "vitest";
import { join } from "../conformance/support/members.ts";
import { secret } from "../conformance/support/people.ts";
import { type BrowserOptions, openChat, test } from "./support/browser.ts";
import type { ChatPage } from "./support/chat-page.ts";
import { importHistory, type PastMessage } from "./support/import-history.ts";

const FOLDER = joinPath(import.meta.dirname ?? "", "../../docs/page");
const HOUR_MS = 3_600_000;
/** The size that a reader of README has to load. */
const BYTES_MAX = 150_000;
const WIDE = { viewport: { width: 1200, height: 760 } };
const PHONE = { width: 360, height: 700 };

type Line = readonly [
  hoursAgo: number,
  username: string,
  text: string,
  /** The number of the line that it answers. */
  replyTo?: number,
];

const english: Line[] = [
  [26, "maya", "The new sensors are on the roof. 🎉"],
  [25.9, "jonas", "Already? I thought the mast was for next week."],
  [
    25.8,
    "maya",
    "The wind was kind.\nFirst data at https://weather.example/roof",
  ],
  [25.7, "李雷", "It shows 4.2 °C here, the same as my window says."],
  [3, "jonas", "Morning. One gap at 02:10, does anybody know why?"],
  [2.9, "sara", "That was me: I restarted the gateway.", 5],
  [2.8, "sara", "Nothing is lost, it resent what it had kept."],
  [0.6, "jonas", "Each reading once and in order, I checked."],
];
const chinese: Line[] = [
  [26, "小雨", "屋顶的传感器装好了。🎉"],
  [25.9, "李雷", "这么快？我以为是下周的事。"],
  [25.8, "小雨", "今天没风。\n数据在这里：https://weather.example/roof"],
  [3, "maya", "早上好！02:10 有一段空白，有人知道为什么吗？"],
  [2.9, "韩梅梅", "是我重启了网关。", 4],
  [2.8, "韩梅梅", "什么都没丢，它把存下的都补发了。"],
  [0.6, "李雷", "每条数据只有一份，顺序也对，我核对过了。"],
];

function atTheirTimes(lines: readonly Line[]): PastMessage[] {
  return lines.map(([hoursAgo, username, text, replyTo]) => ({
    ...{ username, text },
    at: Date.now() - hoursAgo * HOUR_MS,
    ...(replyTo !== undefined && { replyTo }),
  }));
}

const withToken = (name: string) => ({ name, token: secret() });

interface Scene {
  readonly room: string;
  readonly other: string;
  readonly name: string;
  readonly lines: readonly Line[];
  readonly people: readonly [string, string, ...string[]];
  readonly says: string;
  readonly answer: string;
  readonly psst: string;
}

/** A user in a room with others, in the middle of a conversation. */
async function scene(options: BrowserOptions, words: Scene): Promise<ChatPage> {
  const { room, other, name, people } = words;
  await importHistory(room, atTheirTimes(words.lines));
  const chat = await openChat({ ...options, path: `/#${other}` });
  const fields = chat.signIn.locator("form input:visible");
  await fields.nth(0).fill(name);
  await fields.nth(1).press("Enter");
  await chat.isIn(other);
  await chat.page.goto(new URL(`/#${room}`, chat.page.url()).href);
  // A link asks before it joins.
  await chat.button(new RegExp(`(Join|加入).*${room}`)).click();
  await chat.isIn(room);
  const [one, two, ...more] = people;
  const first = await join(room, withToken(one));
  const second = await join(room, withToken(two));
  for (const each of more) await join(room, withToken(each));
  second.send({ type: "private", to: name, text: words.psst });
  await chat.peerLink(two).waitFor();
  const box = chat.root.locator("textarea");
  await box.fill(words.says);
  await box.press("Enter");
  await first.next("message", { text: words.says });
  await first.sendMessage(words.answer);
  await chat.receives(words.answer);
  const of = words.lines.length;
  first.send({ type: "react", of, emoji: "👍", on: true });
  second.send({ type: "react", of, emoji: "👍", on: true });
  second.send({ type: "react", of, emoji: "🎉", on: true });
  await chat.log.locator('[data-reaction="🎉"]').waitFor();
  second.send({ type: "typing" });
  await chat.root.locator("[data-typing]", { hasText: /./ }).waitFor();
  return chat;
}

async function shoot({ page }: ChatPage, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const picture = await page.screenshot({
    path: joinPath(FOLDER, `${name}.png`),
    animations: "disabled",
    caret: "hide",
  });
  expect(picture.byteLength, `${name}.png in bytes`).toBeLessThan(BYTES_MAX);
}

test("a user sees the page in English: wide, dark, and on a phone", async () => {
  const chat = await scene(WIDE, {
    room: "roof",
    other: "workshop",
    name: "alex",
    lines: english,
    people: ["maya", "jonas", "sara", "李雷"],
    says: "Then I take the old mast down on Friday.",
    answer: "alex, take me with you 🙂",
    psst: "I have the key to the roof.",
  });
  await shoot(chat, "wide");
  await chat.page.emulateMedia({ colorScheme: "dark" });
  await shoot(chat, "dark");
  await chat.page.emulateMedia({ colorScheme: "light" });
  await chat.page.setViewportSize(PHONE);
  await chat.button(/^Conversations/).waitFor();
  await shoot(chat, "phone");
});

test("a user sees the page in Chinese", async () => {
  const chat = await scene(
    { ...WIDE, locale: "zh-CN" },
    {
      room: "屋顶",
      other: "工作室",
      name: "小陈",
      lines: chinese,
      people: ["小雨", "韩梅梅", "李雷的猫", "maya_zh"],
      says: "那我周五把旧桅杆拆下来。",
      answer: "小陈，带上我 🙂",
      psst: "屋顶的钥匙在我这里。",
    },
  );
  await shoot(chat, "chinese");
});
