// Quotes: people read what a message answers, and what is pinned, without the marks of its Markdown.
import { expect } from "vitest";
import { uniqueName } from "../conformance/support/people.ts";
import { openChat, test } from "./support/browser.ts";

test("a user reads the quote of a reply and a pinned message without marks", async () => {
  const [first, room] = [uniqueName("hall"), uniqueName("lobby")];
  const alice = await openChat({ viewport: { width: 1280, height: 720 } });
  await (await alice.join(uniqueName("alice"), first)).isIn(first);
  // The owner of a room pins, and the name of an owner is registered.
  await alice.say("/register");
  await alice.root.getByText("The name is kept until").waitFor();
  await alice.joinAnother(room);
  await alice.say("**bold**, `code` and [docs](https://docs.example/a)");
  const plain = "bold, code and docs";
  const written = alice.log.locator("[data-seq='1']");
  await written.locator("strong").waitFor();
  await written.hover();
  await written.getByRole("button", { name: "Reply", exact: true }).click();
  const notice = alice.root.locator("[data-target=reply] [dir]");
  expect(await notice.textContent()).toBe(plain);
  await alice.say("an answer");
  const quote = alice.message("an answer").locator(".quote");
  await quote.waitFor();
  expect(await quote.locator("span").textContent()).toBe(plain);
  expect(await quote.getAttribute("aria-label")).toMatch(/: bold, code and/);

  await written.hover();
  await written.getByRole("button", { name: "More" }).click();
  const preview = alice.root.locator("dialog .preview");
  expect(await preview.textContent()).toBe(plain);
  await alice.button("Pin").click();
  await alice.button("1 pinned message").click();
  const pin = alice.dialog("About this room").locator("[data-pin] .preview");
  expect(await pin.textContent()).toBe(plain);
});
