// Names after a restart: in the seconds after a kill nobody else gets a user's name.
import { expect, test } from "vitest";
import { expectNoWayIn, register } from "../conformance/support/attack.ts";
import { connect } from "../conformance/support/client.ts";
import { join, joinAll, joinFrame } from "../conformance/support/members.ts";
import {
  person,
  publicIdOf,
  secret,
  uniqueName,
} from "../conformance/support/people.ts";
import { startRestartable } from "./support/restartable-server.ts";

test("users keep names, secrets, block lists and memberships over a restart, registered or not", async () => {
  const { kill, start } = await startRestartable();
  const room = uniqueName("lobby");
  const people = ["alice", "bob", "carol"].map(person);
  const [alice, bob, carol] = await joinAll(room, ...people);
  if (!alice || !bob || !carol) throw new Error("unreachable");
  await register(alice);
  const token = secret();
  alice.send({ type: "rotate", token });
  const { until } = await alice.next("rotated");
  await alice.refused(`/block ${uniqueName("nobody")}`, "no_such_user");
  alice.send(`/block ${bob.name}`);
  const { blocked } = await alice.next("blocked");
  await carol.sendPrivate(alice.name, "for alice");
  const [club, code] = [uniqueName("club"), secret()];
  const owner = await join(club, { name: alice.name, token });
  for (const act of [
    { action: "access", access: "members" },
    { action: "invite", code },
  ] as const) {
    owner.send({ type: "moderate", ...act });
    await owner.next("moderated", { action: act.action });
  }
  await kill();
  await start();
  // At once, before any of them has reconnected.
  await Promise.all(
    [alice.name, carol.name, carol.name.toUpperCase()].map((name) =>
      expectNoWayIn(name),
    ),
  );
  const back = await join(room, { name: alice.name, token }, { mailSince: 0 });
  const user = publicIdOf(alice.person.token);
  expect(back.welcome).toMatchObject({ user, blocked });
  expect(back.welcome).toHaveProperty("registered");
  await back.next("private", { text: "for alice" });
  const phone = await join(uniqueName("attic"), alice.person);
  expect(phone.welcome).toMatchObject({ user, tokenUntil: until });
  await phone.refused("/release", "forbidden");
  const again = await join(room, bob.person);
  const psst = { type: "private", to: alice.name, text: "psst" };
  await again.refused(psst, "no_such_user");
  const guest = await join(room, carol.person);
  expect(guest.welcome.user).toBe(carol.welcome.user);
  const knock = await connect(club);
  await register(guest);
  await knock.refused(joinFrame(carol.person), "forbidden");
  knock.send({ ...joinFrame(carol.person), invite: code, history: 0 });
  expect(await knock.next("welcome")).toMatchObject({ access: "members" });
  await join(club, { name: alice.name, token });
});
