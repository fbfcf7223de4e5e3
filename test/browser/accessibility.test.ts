// Accessibility: axe finds no fault in any view, in light and dark, wide and narrow, in both languages.
import { expect } from "vitest";
import { english, type Texts } from "../../src/web/locales/en.ts";
import {
  englishTools,
  type ToolTexts,
} from "../../src/web/locales/tools-en.ts";
import { chineseTools } from "../../src/web/locales/tools-zh.ts";
import { chinese } from "../../src/web/locales/zh.ts";
import { join as enter } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { findings } from "./support/axe.ts";
import {
  type BrowserOptions,
  openChat,
  PHONE,
  test,
} from "./support/browser.ts";
import { startCuttableProxy } from "./support/cuttable-proxy.ts";

interface Layout {
  readonly name: string;
  readonly words: Texts & ToolTexts;
  readonly options: BrowserOptions;
}
const layouts: Layout[] = [
  {
    name: "on a wide screen",
    words: { ...english, ...englishTools },
    options: { colorScheme: "light", viewport: { width: 1280, height: 720 } },
  },
  {
    name: "on a phone in the dark",
    words: { ...english, ...englishTools },
    options: { ...PHONE, colorScheme: "dark" },
  },
  {
    name: "on a tablet in Chinese",
    words: { ...chinese, ...chineseTools },
    options: { locale: "zh-CN", viewport: { width: 900, height: 700 } },
  },
];

/** The buttons that open each dialog. */
function dialogPaths({ words, options }: Layout, me: string, other: string) {
  const { width = 0 } = options.viewport ?? {};
  const people = words.peopleCount(2);
  const own = [words.settings, new RegExp(`${me}$`), words.joinAnother];
  const menu = words.conversations;
  return [
    width < 700 ? [words.roomInfo, words.leaveRoom] : [words.leaveRoom],
    ...(width < 700 ? [[menu], ...own.map((one) => [menu, one])] : []),
    ...(width < 700 ? [] : own.map((one) => [one])),
    ...(width < 1000 ? [[people], [people, other]] : [[other]]),
  ];
}

test.for(layouts)(
  "a user finds no accessibility fault in any view $name",
  async (look) => {
    const { words, options } = look;
    const [room, name] = [uniqueName("lobby"), uniqueName("alice")];
    const proxy = await startCuttableProxy();
    const path = proxy.url;
    const alice = await openChat({ ...options, path, badNetwork: true });
    const { root, signIn, page } = alice;
    const views = new Map<string, string[]>();
    const check = async (view: string) =>
      views.set(view, await findings(alice));
    const join = signIn.getByRole("button", { name: words.join, exact: true });

    await signIn
      .getByRole("textbox", { name: words.yourName })
      .fill("no.good.");
    await signIn.getByRole("textbox", { name: words.room }).fill(room);
    await check("the sign-in form");
    await join.click();
    await root.getByRole("alert").waitFor();
    await check("the sign-in form with an invalid name");
    await signIn.getByRole("textbox", { name: words.yourName }).fill(name);
    await join.click();
    await alice.isIn(room);
    await check("an empty room");

    const bob = await enter(room, someone("bob"));
    await bob.sendMessage(`${name}: see https://example.org\nand so on`);
    const box = root.getByRole("textbox", { name: words.message });
    await box.fill("hello to you");
    await box.press("Enter");
    await bob.next("message", { text: "hello to you" });
    for (const path of dialogPaths(look, name, bob.name)) {
      for (const name of path)
        await root.getByRole("button", { name, exact: true }).last().click();
      await root.getByRole("dialog").waitFor();
      await check(`the dialog behind ${path.join(" and ")}`);
      await page.keyboard.press("Escape");
      await root.getByRole("dialog").waitFor({ state: "hidden" });
    }
    await box.fill(`@${bob.name} psst`);
    await root.locator("[data-recipient]").waitFor();
    await check("a room with a private text in the composer");
    await box.press("Enter");
    await box.fill(`@${uniqueName("nobody")} psst`);
    await box.press("Enter");
    await alice.log.locator('[data-state="failed"]').waitFor();
    await box.fill("a".repeat(4001));
    await root.locator(".character-count").waitFor();
    await check("a room with a refused and a too long message");
    await box.fill("");
    await page.goto(new URL(`/#@${bob.name}`, page.url()).href);
    await alice.isIn(bob.name);
    await check("a private conversation");
    await page.goto(new URL(`/#${uniqueName("kitchen")}`, page.url()).href);
    await root.getByRole("button", { name: words.notNow }).waitFor();
    await check("a link to another room");
    await root.getByRole("button", { name: words.notNow }).click();
    await alice.isIn(bob.name);
    proxy.cut();
    await alice.banner.waitFor();
    await box.fill("into the dark");
    await box.press("Enter");
    await check("a conversation without a network");
    const none = [...views.keys()].map((view) => [view, []]);
    expect(Object.fromEntries(views)).toEqual(Object.fromEntries(none));
  },
);
