// What people write stays text: markup, links that would run, letters that turn the line around, escapes of a terminal.
import { expect } from "vitest";
import { join } from "../conformance/members.ts";
import { fresh, person as someone } from "../conformance/people.ts";
import { test, visit } from "./visit.ts";

const texts = [
  `<img src=x onerror="document.title='hacked'"><script>document.title='hacked'</script>`,
  `</div></article></main><h1>hacked</h1><style>*{display:none}</style>`,
  `&lt;b&gt;bold&lt;/b&gt; &amp; &#x3C;`,
  `javascript:alert(1) data:text/html,<script>alert(1)</script>`,
  `[click](javascript:alert(1)) javascript://x.example/%0aalert(1)`,
  `{{constructor.constructor("alert(1)")()}} \${alert(1)}`,
  `שלום עולם hello مرحبا`,
  "a\u0301".repeat(40),
  `${"Z\u0310\u0302\u034c\u0360\u0317".repeat(30)}`,
  "W".repeat(3900),
  "__proto__ constructor toString",
  "👨‍👩‍👧‍👦🏳️‍🌈",
];

test("whatever is said is shown as it was written, and does nothing", async () => {
  const room = fresh("lobby");
  const alice = await visit();
  await (await alice.join(fresh("alice"), room)).isIn(room);
  const title = await alice.page.title();
  const eve = await join(room, someone("eve"));
  for (const text of texts) {
    await eve.say(text);
    await alice.log.locator("[data-text]").last().getByText(text).waitFor();
    const shown = alice.log.locator("[data-text]").last();
    expect(await shown.textContent()).toBe(text);
    expect(await shown.locator("img, script, style, h1, b").count()).toBe(0);
  }
  const links = await alice.log
    .locator("a")
    .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  expect(links.filter((href) => !/^(https?|mailto):/.test(href ?? ""))).toEqual(
    [],
  );
  expect((await alice.page.title()).replace(/^\(\d+\) /, "")).toBe(title);
  const wide = await alice.page
    .locator("html")
    .evaluate((html) => html.scrollWidth - html.clientWidth);
  expect(wide).toBe(0);
});

test("a link opens a window that knows nothing of the chat", async () => {
  const room = fresh("lobby");
  const alice = await visit();
  await (await alice.join(fresh("alice"), room)).isIn(room);
  const eve = await join(room, someone("eve"));
  await eve.say("see https://example.org/a?b=c#d, or www.example.net.");
  const links = alice.log.locator("a");
  await links.first().waitFor();
  const hrefs = await links.evaluateAll((all) =>
    all.map((link) => link.getAttribute("href")),
  );
  expect(hrefs[0]).toBe("https://example.org/a?b=c#d");
  for (const link of await links.all()) {
    expect(await link.getAttribute("target")).toBe("_blank");
    expect(await link.getAttribute("rel")).toMatch(/noopener/);
  }
});

test("a name that goes from right to left does not turn the line around", async () => {
  const room = fresh("lobby");
  const alice = await visit();
  await (await alice.join(fresh("alice"), room)).isIn(room);
  const david = await join(room, someone("דוד"));
  await david.say("hello, 2026!");
  await alice.sees("hello, 2026!");
  const name = alice.log.getByText(david.name).first();
  // Apart from what is around it: the time and the text stay in their places.
  const isolated = await name.evaluate((node) => {
    const { unicodeBidi } = getComputedStyle(node);
    return node.closest("bdi, [dir]") !== null || /isolate/.test(unicodeBidi);
  });
  expect(isolated).toBe(true);
});
