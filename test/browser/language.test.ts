// Languages: the texts of a language load on demand, and the page works without them.
import { uniqueName } from "../conformance/support/people.ts";
import { openBrowser, openChat, openTab, test } from "./support/browser.ts";

test("a user changes the language, and finds it again after a reload", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.button("Settings").first().click();
  await alice.dialog("Settings").getByRole("button", { name: "中文" }).click();
  await alice.dialog("设置").waitFor();
  await alice.page.reload();
  await alice.root.getByRole("textbox", { name: "消息" }).waitFor();
  await alice.button("前往…").click();
  await alice
    .dialog("前往…")
    .getByRole("combobox", { name: "房间名或人名的一部分" })
    .fill("新房间");
  await alice.root.getByRole("option", { name: "加入 新房间" }).waitFor();
});

test("a user whose language fails to load gets the page in English", async () => {
  const context = await openBrowser({ locale: "zh-CN", badNetwork: true });
  await context.route("**/zh-*", (route) => route.abort());
  const room = uniqueName("lobby");
  const alice = await openTab(context, `/#${room}`);
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
});
