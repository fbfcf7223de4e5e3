// Message tools: people edit, answer, react and delete at the page, by pointer, keys and finger, and see what others do.
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { findings } from "./support/axe.ts";
import { openChat, openTab, PHONE, test } from "./support/browser.ts";
import type { ChatPage } from "./support/chat-page.ts";

/** The name of the focused element, as a screen reader says it. */
function focusedName({ page }: ChatPage): Promise<string> {
  return page.locator("html").evaluate(() => {
    const { activeElement: node } = document;
    return node?.getAttribute("aria-label") ?? node?.textContent ?? "";
  });
}

async function enter(room: string, name: string): Promise<ChatPage> {
  const chat = await openChat();
  return (await chat.join(uniqueName(name), room)).isIn(room);
}

/** Opens the toolbar of a message, and presses one of its buttons. */
async function use(chat: ChatPage, text: string, tool: string): Promise<void> {
  await chat.message(text).hover();
  await chat
    .message(text)
    .getByRole("button", { name: tool, exact: true })
    .click();
}

/** Chooses from the menu of a message. */
async function choose(chat: ChatPage, text: string, item: string) {
  await chat.message(text).hover();
  await chat.message(text).getByRole("button", { name: "More" }).click();
  await chat.root
    .getByRole("dialog")
    .getByRole("button", { name: item })
    .click();
}

/** In ms: several times as long as a press has to be. */
const PRESS_MS = 3000;

/** Holds a finger on a message, again if the code of the menu was not there. */
async function longPress(chat: ChatPage, text: string, menu: Locator) {
  const touch = await chat.page.context().newCDPSession(chat.page);
  const press = async () => {
    const box = await chat.message(text).boundingBox();
    const { x = 0, y = 0, height = 0 } = box ?? {};
    // Far from the name of the author, which is a button.
    const at = { x: x + 80, y: y + height - 8 };
    await touch.send("Input.dispatchTouchEvent", {
      ...{ type: "touchStart", touchPoints: [at] },
    });
    const isOpen = await menu.waitFor({ timeout: PRESS_MS }).then(
      () => true,
      () => false,
    );
    await touch.send("Input.dispatchTouchEvent", {
      ...{ type: "touchEnd", touchPoints: [] },
    });
    return isOpen;
  };
  await expect.poll(press).toBe(true);
}

test("two people edit, answer, react and delete, and each sees it at once", async () => {
  const room = uniqueName("lobby");
  const alice = await enter(room, "alice");
  const bob = await enter(room, "bob");
  await alice.say("the first draft");
  await bob.receives("the first draft");

  await use(alice, "the first draft", "Edit");
  await expect.poll(() => alice.composer.inputValue()).toBe("the first draft");
  await alice.say("the final text");
  await bob.receives("the final text");
  await bob.message("the final text").locator("[data-edited]").waitFor();
  expect(await bob.message("the first draft").count()).toBe(0);

  await use(bob, "the final text", "React with 🎉");
  const shown = alice.message("the final text").locator("[data-reaction]");
  await shown.waitFor();
  expect(await shown.textContent()).toBe("🎉 1");
  await shown.click();
  await expect.poll(() => shown.textContent()).toBe("🎉 2");
  const ofBob = bob.message("the final text").locator("[data-reaction]");
  await expect.poll(() => ofBob.textContent()).toBe("🎉 2");
  await ofBob.click();
  await expect.poll(() => shown.textContent()).toBe("🎉 1");

  await use(bob, "the final text", "Reply");
  await bob.say("an answer");
  await alice.receives("an answer");
  const quote = alice.message("an answer").locator(".quote");
  expect(await quote.textContent()).toContain("the final text");
  await quote.click();
  await alice.log
    .locator("[data-message]:focus")
    .getByText("the final text")
    .waitFor();

  await choose(alice, "the final text", "Delete");
  await alice
    .dialog("Delete this message?")
    .getByRole("button", { name: "Delete" })
    .click();
  await bob.log.locator("[data-deleted]").waitFor();
  expect(await bob.message("the final text").count()).toBe(0);
  const answer = bob.message("an answer").locator(".quote");
  await expect.poll(() => answer.textContent()).toContain("was deleted");
});

test("a user edits, answers, reacts and deletes without a mouse", async () => {
  const room = uniqueName("lobby");
  const alice = await enter(room, "alice");
  const { keyboard } = alice.page;
  const bob = await join(room, someone("bob"));
  await bob.sendMessage("from bob");
  await alice.receives("from bob");
  await alice.say("mine");
  await alice.sees("from bob", "mine");

  await keyboard.press("ArrowUp");
  await expect.poll(() => alice.composer.inputValue()).toBe("mine");
  await keyboard.press("Escape");
  await expect.poll(() => alice.composer.inputValue()).toBe("");
  await keyboard.press("ArrowUp");
  await keyboard.type(", changed");
  await keyboard.press("Enter");
  await alice.receives("mine, changed");

  await alice.log.focus();
  await keyboard.press("ArrowUp");
  await expect.poll(() => focusedName(alice)).toBe("You: mine, changed");
  await keyboard.press("ArrowUp");
  await expect.poll(() => focusedName(alice)).toBe(`${bob.name}: from bob`);
  // The name of the author comes before the tools.
  await keyboard.press("Tab");
  await keyboard.press("Tab");
  await expect.poll(() => focusedName(alice)).toBe("React with 👍");
  await keyboard.press("End");
  await expect.poll(() => focusedName(alice)).toBe("More");
  expect(await findings(alice)).toEqual([]);
  await keyboard.press("Escape");
  await expect.poll(() => focusedName(alice)).toBe(`${bob.name}: from bob`);

  await keyboard.press("+");
  await alice.dialog("React").getByRole("option").first().waitFor();
  await keyboard.type("猫脸");
  await alice
    .dialog("React")
    .getByRole("option", { name: "cat face" })
    .waitFor();
  await keyboard.press("ArrowDown");
  await expect.poll(() => focusedName(alice)).toBe("cat face");
  await keyboard.press("Enter");
  await alice.message("from bob").locator('[data-reaction="🐱"]').waitFor();
  await expect.poll(() => focusedName(alice)).toBe(`${bob.name}: from bob`);

  await keyboard.press("r");
  await expect.poll(() => focusedName(alice)).toBe("Message");
  await keyboard.type("an answer");
  await keyboard.press("Enter");
  await alice.message("an answer").locator(".quote").waitFor();

  await alice.log.focus();
  await keyboard.press("ArrowUp");
  await keyboard.press("Delete");
  await alice.dialog("Delete this message?").waitFor();
  await keyboard.press("Enter");
  await alice.log.locator("[data-deleted]").waitFor();
});

test("a user changes messages by typed lines", async () => {
  const room = uniqueName("lobby");
  const alice = await enter(room, "alice");
  const notice = alice.root.locator("[data-notice]");
  await alice.say("frist");
  await alice.sees("frist");
  await alice.say("/edit first");
  await alice.sees("first");
  await alice.say("/react 👍");
  await alice.message("first").locator('[data-reaction="👍"]').waitFor();
  await alice.say("/reply #1 second");
  await alice.message("second").locator(".quote").waitFor();
  await alice.say("/delete");
  await alice.log.locator("[data-deleted]").waitFor();
  await alice.say("/edit");
  await notice.getByText("Not sent. Type: /edit text").waitFor();
  await alice.say("/react #99 👍");
  await notice.getByText("not there any more").waitFor();
  await alice.say("/topic of the day");
  await notice.getByText("does not allow").waitFor();
  await alice.say("/help");
  await notice.getByText("/thread #12 text").waitFor();
});

test("a user whose edit comes too late reads why, and keeps the text", async () => {
  const room = uniqueName("lobby");
  const alice = await enter(room, "alice");
  await alice.say("before");
  await alice.sees("before");
  await use(alice, "before", "Edit");
  const other = await openTab(alice.page.context(), `/#${room}`);
  await other.isIn(room);
  await choose(other, "before", "Delete");
  await other
    .dialog("Delete this message?")
    .getByRole("button", { name: "Delete" })
    .click();
  await alice.log.locator("[data-deleted]").waitFor();
  await alice.say("after");
  const refused = alice.log.locator('[data-refused="edit"]');
  await refused.getByText("Not changed").waitFor();
  await refused.getByRole("button", { name: "Edit" }).click();
  await expect.poll(() => alice.composer.inputValue()).toBe("after");
  await refused.waitFor({ state: "hidden" });
});

test("a user with one thumb opens the menu by a long press, and finds no fault in it", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat({ ...PHONE, colorScheme: "dark" });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  await bob.sendMessage("from bob");
  await alice.receives("from bob");
  const menu = alice.dialog(`Message from ${bob.name}`);
  await longPress(alice, "from bob", menu);
  expect(await findings(alice)).toEqual([]);
  await menu.getByRole("button", { name: "React", exact: true }).tap();
  const picker = alice.dialog("React");
  await picker.getByRole("option").first().waitFor();
  await picker.getByRole("searchbox").fill("red heart");
  expect(await findings(alice)).toEqual([]);
  await picker.getByRole("option", { name: "red heart" }).tap();
  await alice.message("from bob").locator('[data-reaction="❤️"]').waitFor();
  expect(await findings(alice)).toEqual([]);
  const width = await alice.page
    .locator("html")
    .evaluate((html) => html.scrollWidth - html.clientWidth);
  expect(width).toBe(0);
});

test("a user sees marks, code and quotes, and copies their source", async () => {
  const room = uniqueName("lobby");
  const alice = await enter(room, "alice");
  const { page, root } = alice;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const source = [
    "**你好**世界 and `a*b*` and <b>no</b>",
    "> a quote",
    "- [the docs](https://docs.example/a_b_c)",
    "```js",
    "let a = 1;",
    "",
    "a *= 2;",
    "```",
  ].join("\n");
  await alice.say(source);
  const part = (tag: string) => root.locator(`[data-text] ${tag}`);
  expect(await part("strong").textContent()).toBe("你好");
  expect(await part("code").first().textContent()).toBe("a*b*");
  expect(await part("b").count()).toBe(0);
  expect(await part("blockquote").textContent()).toBe("a quote");
  expect(await part("ul > li > a").getAttribute("data-address")).toBe(
    "docs.example",
  );
  expect(await part("pre").textContent()).toBe("let a = 1;\n\na *= 2;");
  expect(await findings(alice)).toEqual([]);
  // It may be wider than the page: the keys scroll it.
  await root.getByRole("group", { name: "Code" }).focus();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await alice.button("Copy code").click();
  await expect.poll(copied).toBe("let a = 1;\n\na *= 2;");
  await root.locator("[data-announcer]").getByText("Copied").waitFor();
  const select = (first: string, last: string) =>
    page.evaluate(
      ([from, to]) => {
        const texts = [...document.querySelectorAll("[data-text]")];
        const at = (words = "") =>
          texts.find((one) => one.textContent?.includes(words));
        const range = document.createRange();
        range.setStartBefore(at(from)?.firstChild as Node);
        range.setEndAfter(at(to)?.lastChild as Node);
        document.getSelection()?.removeAllRanges();
        document.getSelection()?.addRange(range);
        (document.activeElement as HTMLElement).blur();
      },
      [first, last],
    );
  await select("世界", "世界");
  await page.keyboard.press("ControlOrMeta+c");
  await expect.poll(copied).toBe(source);
  // An edit shows the source too.
  await alice.composer.press("ArrowUp");
  await expect.poll(() => alice.composer.inputValue()).toBe(source);
  await alice.composer.press("Escape");
  await alice.say("*second*");
  await alice.receives("second");
  await select("世界", "second");
  await page.keyboard.press("ControlOrMeta+c");
  await expect.poll(copied).toMatch(/^alice-\w+: \*\*你好\*\*世界/);
  expect(await copied()).toMatch(/```\nalice-\w+: \*second\*$/);
});

test("the copy button of a code block covers no text, wide and narrow", async () => {
  const room = uniqueName("lobby");
  const alice = await enter(room, "alice");
  const { page, root } = alice;
  await alice.say(
    `before\n\`\`\`\n${"one long line ".repeat(20)}\n\`\`\`\nend`,
  );
  await alice.say("```js\nlet a;\n```\nafter");
  await alice.say("```\nlet b;\n```\nafter");
  await expect.poll(() => root.locator(".copy-code").count()).toBe(3);
  for (const width of [1280, 390])
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      // The page lays itself out anew after the resize.
      await expect
        .poll(() => coveredTexts(alice), { message: `${width} ${colorScheme}` })
        .toEqual([]);
    }
});

/** The texts in bubbles that a copy button lies over, as far as they show. */
function coveredTexts({ page }: ChatPage): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(".bubble:has(.copy-code)")].flatMap(
      (bubble) => {
        const button = bubble.querySelector(".copy-code");
        const cover = button?.getBoundingClientRect() ?? new DOMRect();
        const texts = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
        const covered: string[] = [];
        while (texts.nextNode()) {
          const { currentNode: node } = texts;
          const range = document.createRange();
          range.selectNodeContents(node);
          // What has scrolled out of the code is not to be seen.
          const code = node.parentElement?.closest("pre");
          const seen =
            code?.getBoundingClientRect() ?? new DOMRect(0, 0, 1e5, 1e5);
          const isCovered = [...range.getClientRects()].some(
            ({ left, right, top, bottom }) =>
              Math.min(right, seen.right) > cover.left &&
              Math.max(left, seen.left) < cover.right &&
              bottom > cover.top &&
              top < cover.bottom,
          );
          if (isCovered) covered.push(node.textContent ?? "");
        }
        return covered;
      },
    ),
  );
}

test("a user of an older server is offered nothing that it does not know", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat({
    initScript: `
      const { parse } = JSON;
      JSON.parse = (...given) => {
        const frames = parse(...given);
        for (const frame of [frames].flat())
          if (frame?.type === "welcome") delete frame.limits.editSeconds;
        return frames;
      };`,
  });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.say("mine");
  await alice.sees("mine");
  await alice.composer.press("ArrowUp");
  expect(await alice.composer.inputValue()).toBe("");
  await alice.message("mine").hover();
  const toolbar = alice.message("mine").getByRole("toolbar");
  await expect.poll(() => toolbar.getByRole("button").count()).toBe(1);
  await toolbar.getByRole("button", { name: "More" }).click();
  const menu = alice.root.getByRole("dialog");
  const items = menu.getByRole("listitem");
  await expect
    .poll(() => items.allTextContents())
    .toEqual(["Copy text", "Copy link"]);
});
