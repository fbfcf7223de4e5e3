// First release: a server starts with the data of the first release, and users find their names and messages.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import { messagesOf } from "../conformance/support/frames.ts";
import { requestAs } from "../conformance/support/http-client.ts";
import { join, joinFrame } from "../conformance/support/members.ts";
import { stranger } from "../conformance/support/people.ts";
import { PEOPLE, restoreFirstRelease } from "./support/first-release.ts";
import { startRestartable } from "./support/restartable-server.ts";

const ADMIN_SECRET = "only-the-operator-has-this";
const LONG_CLAIMS = {
  ...{ GUEST_CLAIM_SECONDS: 3600, RATE_PER_SECOND: 0, ADMIN_SECRET },
};

/** Is the lobby in the registry of rooms, which the first release did not have? */
async function isRegistered(): Promise<boolean> {
  const hash = createHash("sha256").update("lobby").digest("hex");
  const page = `/admin/rooms?limit=1&prefix=lobby&after=${hash.slice(0, 2)}:`;
  return (await requestAs(ADMIN_SECRET, "GET", page)).text.includes('"lobby"');
}

test("users find rooms, names and mail of the first release, and go on", async () => {
  const { kill, start } = await startRestartable(
    LONG_CLAIMS,
    restoreFirstRelease,
  );

  // On Deno at once. On Cloudflare a room has to be opened.
  if (process.env.EDGE_CHAT_HOST === "deno")
    await expect.poll(isRegistered).toBe(true);
  // Nobody else gets a name or a lookalike of it.
  for (const name of ["pascal", "A1ice"]) {
    const thief = await connect("lobby");
    await thief.refused(joinFrame(stranger(name)), "username_taken");
  }

  const bob = await join("lobby", PEOPLE.bob, { history: 200, mailSince: 2 });
  expect(bob.welcome).toMatchObject({ seq: 41, mail: 3, username: "bob" });
  const messages = bob.page === undefined ? [] : messagesOf(bob.page);
  expect(messages.map(({ seq, id }) => [seq, id])).toEqual([
    ...Array.from({ length: 40 }, (_, i) => [i + 1, `a-${i + 1}`]),
    [41, "b-1"],
  ]);
  expect(messages.at(-1)).toMatchObject({
    text: 'one\ntwo\u2028three 👩‍👩‍👧 李雷 "quoted"',
  });
  expect(await bob.next("private")).toMatchObject({
    mail: 3,
    clientId: "p-4",
    text: "are you there?",
  });

  // Ids are still known, so nothing is sent twice.
  const again = await bob.sendMessage("never mind the text", "b-1");
  expect(again).toMatchObject({ seq: 41, duplicate: true });
  const { epoch } = bob.welcome;
  const alice = await join("lobby", PEOPLE.alice, { since: 39, epoch });
  expect(alice.welcome).toMatchObject({ resumed: true, gap: false });
  expect(await alice.next("message")).toHaveProperty("seq", 40);
  expect(await alice.next("message")).toHaveProperty("seq", 41);
  const repeated = await alice.sendPrivate("bob", "psst", { id: "p-1" });
  expect(repeated).toMatchObject({ duplicate: true });

  const data = { sticker: "cat" };
  alice.send({ type: "message", text: "the new release says hello", data });
  expect(await alice.next("ack")).toHaveProperty("seq", 42);
  await alice.sendPrivate("BOB", "and psst", { id: "n-1" });
  await bob.next("private", { clientId: "n-1" });

  await expect.poll(isRegistered, { timeout: 20_000 }).toBe(true);

  await kill();
  await start(LONG_CLAIMS);
  expect(await isRegistered()).toBe(true);
  const back = await join("lobby", PEOPLE.alice, {
    since: 41,
    epoch,
    mailSince: 0,
  });
  expect(await back.next("message")).toMatchObject({ seq: 42, data });
  const mail = [];
  for (let i = 0; i < 5; i++) mail.push((await back.next("private")).clientId);
  expect(mail).toEqual(["p-1", "p-2", "p-3", "p-4", "n-1"]);
});
