// Moderation row costs: counts the rows that roles, kicks, bans and mutes write, as Cloudflare bills them, and prints a table.
import { expect, test } from "vitest";
import { register } from "../conformance/support/attack.ts";
import { connect } from "../conformance/support/client.ts";
import { join, joinFrame, joinOn } from "../conformance/support/members.ts";
import { person, secret, uniqueName } from "../conformance/support/people.ts";
import { trackRowCosts } from "./support/row-costs.ts";
import { serve } from "./support/server.ts";

const server = serve(
  { GUEST_CLAIM_SECONDS: 3600, PRESENCE_GRACE_MS: 0, RATE_BURST: 200 },
  "test/cloudflare/support/counting-worker.ts",
);

const costOf = trackRowCosts(server);

test("an act of a moderator costs two rows, and a room in which nobody acts none", async () => {
  const room = uniqueName("club");
  const alice = await join(uniqueName("hall"), person("alice"));
  await register(alice);
  const phone = await connect(room);
  const cost = (what: string, act: () => Promise<unknown>) =>
    costOf(what, room, [], act);
  const opened = await cost("first join of a room, by its owner", () =>
    joinOn(phone, alice.person),
  );
  const guests = uniqueName("cellar");
  const first = await connect(guests);
  const plain = await costOf(
    "first join of a room, by a guest",
    guests,
    [],
    () => joinOn(first, person("guest")),
  );
  // The table of roles, and its row.
  expect(opened.room - plain.room).toBeLessThanOrEqual(3);
  const bob = await join(room, person("bob"));
  const says = await cost("message, nobody restricted", () =>
    bob.sendMessage("hello"),
  );
  expect(says.room).toBe(1);
  const deed = (what: string, line: string, action: string) =>
    cost(what, async () => {
      phone.send(line);
      await phone.next("moderated", { action: action as "mute" });
    });
  const muted = await deed("first mute", `/mute ${bob.name} 1h`, "mute");
  // The first event that is no message makes the log count kinds, once a room.
  expect(muted.room).toBeLessThanOrEqual(12);
  const refused = await cost("message of a user who is muted", () =>
    bob.refused({ type: "message", text: "hello" }, "muted"),
  );
  expect(refused.room).toBe(0);
  const lifted = await deed("unmute", `/unmute ${bob.name}`, "unmute");
  expect(lifted.room).toBe(2);
  const again = await deed("mute", `/mute ${bob.name} 1h`, "mute");
  expect(again.room).toBe(2);
  const slow = await deed("slow mode, the first time", "/slow 10", "slow");
  expect(slow.room).toBeLessThanOrEqual(4);
  const locked = await deed("lock", "/lock", "lock");
  expect(locked.room).toBe(2);
  const access = await deed("access", "/access registered", "access");
  expect(access.room).toBe(2);
  await deed("access", "/access open", "access");
  const ann = await join(uniqueName("hall"), person("ann"));
  await register(ann);
  const code = secret();
  const invited = await deed("first invitation", `/invite ${code} 2`, "invite");
  expect(invited.room).toBeLessThanOrEqual(4);
  const enter = async (what: string, invite: string | undefined) => {
    const client = await connect(room);
    return cost(what, async () => {
      client.send({ ...joinFrame(ann.person), invite, history: 0 });
      await client.next("welcome");
    });
  };
  const enrolled = await enter("first join by an invitation", code);
  // The table of members, its row, the invitation, and the event.
  expect(enrolled.room).toBeLessThanOrEqual(5);
  expect((await enter("join of a member", code)).room).toBe(0);
  const outside = await deed("unmember", `/unmember ${ann.name}`, "unmember");
  expect(outside.room).toBe(2);
  const banned = await deed("ban", `/ban ${bob.name} 1h`, "ban");
  expect(banned.room).toBe(2);
  const other = await connect(room);
  const back = await cost("join of a user who is banned", () =>
    other.refused(joinFrame(bob.person), "banned"),
  );
  expect(back.room).toBe(0);
});
