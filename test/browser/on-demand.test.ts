// On-demand parts: a dialog whose code does not arrive is offered again.
import { uniqueName } from "../conformance/support/people.ts";
import { openBrowser, openTab, test } from "./support/browser.ts";

const CODE = "**/on-demand-*.js*";

test("a user whose network loses the code of a dialog opens it at the next attempt", async () => {
  const browser = await openBrowser({ badNetwork: true });
  await browser.route(CODE, (route) => route.abort());
  const alice = await openTab(browser);
  const room = uniqueName("lobby");
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.button("Settings").click();
  const alert = alice.root
    .getByRole("alert")
    .filter({ hasText: "could not be loaded" });
  await alert.waitFor();
  await browser.unroute(CODE);
  await alert.getByRole("button", { name: "Try again" }).click();
  await alice.dialog("Settings").waitFor();
});
