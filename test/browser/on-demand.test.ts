// On-demand parts: a dialog or a message whose code does not arrive is offered again.
import type { Route } from "playwright-core";
import { expect } from "vitest";
import { uniqueName } from "../conformance/support/people.ts";
import { openBrowser, openTab, test } from "./support/browser.ts";

const CODE = "**/on-demand-*.js*";

/** Counts the frames in which the page says that code was not loaded. */
const COUNT_FAILURES = `
  window.failureFrames = 0;
  const look = () => {
    if (document.querySelector(".load-failure")) window.failureFrames++;
    requestAnimationFrame(look);
  };
  look();
`;

test("a user whose network loses the code of the page sends a message and opens a dialog at the next attempt", async () => {
  const browser = await openBrowser({
    ...{ badNetwork: true, initScript: COUNT_FAILURES },
  });
  const asked: Route[] = [];
  await browser.route(CODE, (route) => void asked.push(route));
  const request = async (n: number) => {
    await expect.poll(() => asked.length).toBe(n);
    return asked[n - 1];
  };
  const alice = await openTab(browser);
  const room = uniqueName("lobby");
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const first = await request(1);
  // A text waits for the code that reads it, and is not lost without it.
  await alice.say("early");
  await expect.poll(() => alice.composer.isEditable()).toBe(false);
  await alice.page.keyboard.type(" and late");
  const failed = alice.page.waitForEvent("requestfailed");
  await first?.abort();
  await failed;
  await alice.root.getByText("could not be loaded").waitFor();
  expect(await alice.composer.inputValue()).toBe("early");
  await alice.button("Settings").click();
  // An attempt is under way: it has not failed.
  const second = await request(2);
  expect(await alice.page.evaluate("window.failureFrames")).toBe(0);
  await second?.abort();
  const alert = alice.root
    .getByRole("alert")
    .filter({ has: alice.button("Try again") });
  await alert.waitFor();
  await alert.getByRole("button", { name: "Try again" }).click();
  const third = await request(3);
  await alice.composer.press("Enter");
  await alice.page.keyboard.press("Enter");
  await third?.continue();
  await alice.dialog("Settings").waitFor();
  await alice.sees("early");
  expect(await alice.composer.inputValue()).toBe("");
  await alice.page.keyboard.press("Escape");
  await alice.say("late");
  await alice.sees("early", "late");
});
