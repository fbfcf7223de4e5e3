// Long thread: two thousand replies can be read back to the first, and the page stays small.
import { expect } from "vitest";
import { uniqueName } from "../../conformance/support/people.ts";
import { openChat, test } from "../support/browser.ts";
import { importHistory } from "../support/import-history.ts";

const REPLIES = 2000;
/** Elements in the list, whatever its length. */
const ELEMENTS_MAX = 1500;

test("a user reads two thousand replies back to the first, and the page stays small", async () => {
  const room = uniqueName("archive");
  const start = Date.UTC(2026, 0, 1);
  const names = ["alice", "bob", "carol"];
  const replies = Array.from({ length: REPLIES }, (_, i) => ({
    username: names[i % names.length] ?? "",
    text: `reply ${i + 1} ${"and so on ".repeat((i * 7) % 23)}`.trim(),
    at: start + (i + 1) * 60_000,
    thread: 1,
  }));
  const root = { username: "carol", text: "the question", at: start };
  await importHistory(room, [root, ...replies]);
  const dora = await openChat({ path: `/#${room}/thread/1` });
  await dora.join(uniqueName("dora"), room);
  const thread = dora.root.getByRole("log", { name: "Replies" });
  await thread.getByText("reply 2000").waitFor();
  const most = await thread.evaluate(async (log) => {
    let most = 0;
    while (!log.textContent?.includes("the question")) {
      log.scrollTop = 0;
      await new Promise(requestAnimationFrame);
      most = Math.max(most, log.querySelectorAll("*").length);
    }
    return most;
  });
  expect(most).toBeLessThan(ELEMENTS_MAX);
  await thread.getByText("reply 1", { exact: true }).waitFor();
});
