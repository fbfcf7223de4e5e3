// Everybody can use every view, as far as axe can tell: no findings, in light and dark, wide and narrow, in both languages.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "vitest";
import { english, type Texts } from "../../src/web/texts-en.ts";
import { chinese } from "../../src/web/texts-zh.ts";
import { join as enter } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import type { Chat } from "./chat.ts";
import { phone, test, type VisitOptions, visit } from "./visit.ts";
import { wire } from "./wire.ts";

const axe = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

/** What axe finds on the page as it stands, each with where it is. */
async function findings({ page }: Chat): Promise<string[]> {
  await page.evaluate(axe);
  // Colours on their way from one to another have no contrast to speak of.
  await page.evaluate(
    "Promise.allSettled(document.getAnimations().map(({ finished }) => finished))",
  );
  const found: { violations: { id: string; nodes: { html: string }[] }[] } =
    await page.evaluate(`axe.run()`);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html}`),
  );
}

interface Look {
  readonly name: string;
  readonly words: Texts;
  readonly options: VisitOptions;
}
const looks: Look[] = [
  {
    name: "on a wide screen",
    words: english,
    options: { colorScheme: "light", viewport: { width: 1280, height: 720 } },
  },
  {
    name: "on a phone in the dark",
    words: english,
    options: { ...phone, colorScheme: "dark" },
  },
  {
    name: "on a tablet in Chinese",
    words: chinese,
    options: { locale: "zh-CN", viewport: { width: 900, height: 700 } },
  },
];

/** The buttons that lead to each dialog. */
function waysOf({ words, options }: Look, me: string, other: string) {
  const { width = 0 } = options.viewport ?? {};
  const people = words.peopleCount(2);
  const own = [words.settings, new RegExp(`${me}$`), words.joinAnother];
  const menu = words.conversations;
  return [
    [words.leaveRoom],
    ...(width < 700 ? [[menu], ...own.map((one) => [menu, one])] : []),
    ...(width < 700 ? [] : own.map((one) => [one])),
    ...(width < 1000 ? [[people], [people, other]] : [[other]]),
  ];
}

test.for(looks)("no view is in anybody's way: $name", async (look) => {
  const { words, options } = look;
  const [room, name] = [uniqueName("lobby"), uniqueName("alice")];
  const line = await wire();
  const path = line.url;
  const alice = await visit({ ...options, path, badNetwork: true });
  const { at, door, page } = alice;
  const views = new Map<string, string[]>();
  const see = async (view: string) => views.set(view, await findings(alice));
  const join = door.getByRole("button", { name: words.join, exact: true });

  await door.getByRole("textbox", { name: words.yourName }).fill("no.good.");
  await door.getByRole("textbox", { name: words.room }).fill(room);
  await see("the door");
  await join.click();
  await at.getByRole("alert").waitFor();
  await see("the door, with a name that will not do");
  await door.getByRole("textbox", { name: words.yourName }).fill(name);
  await join.click();
  await alice.isIn(room);
  await see("an empty room");

  const bob = await enter(room, someone("bob"));
  await bob.sendMessage(`${name}: see https://example.org\nand so on`);
  const box = at.getByRole("textbox", { name: words.message });
  await box.fill("hello to you");
  await box.press("Enter");
  await bob.next("message", { text: "hello to you" });
  for (const way of waysOf(look, name, bob.name)) {
    for (const name of way)
      await at.getByRole("button", { name, exact: true }).last().click();
    await at.getByRole("dialog").waitFor();
    await see(`the dialog behind ${way.join(" and ")}`);
    await page.keyboard.press("Escape");
    await at.getByRole("dialog").waitFor({ state: "hidden" });
  }
  await box.fill(`@${bob.name} psst`);
  await at.locator("[data-whisper]").waitFor();
  await see("a room, while something is whispered");
  await box.press("Enter");
  await box.fill(`@${uniqueName("nobody")} psst`);
  await box.press("Enter");
  await alice.log.locator('[data-state="failed"]').waitFor();
  await box.fill("a".repeat(4001));
  await at.locator(".count").waitFor();
  await see("a room, with what was refused and what is too long");
  await box.fill("");
  await page.goto(new URL(`/#@${bob.name}`, page.url()).href);
  await alice.isIn(bob.name);
  await see("a private conversation");
  await page.goto(new URL(`/#${uniqueName("kitchen")}`, page.url()).href);
  await at.getByRole("button", { name: words.notNow }).waitFor();
  await see("a link to another room");
  await at.getByRole("button", { name: words.notNow }).click();
  await alice.isIn(bob.name);
  line.cut();
  await alice.strip.waitFor();
  await box.fill("into the dark");
  await box.press("Enter");
  await see("a conversation without a network");
  const none = [...views.keys()].map((view) => [view, []]);
  expect(Object.fromEntries(views)).toEqual(Object.fromEntries(none));
});
