// The seconds after a server was killed and started again, as a deploy does it to rooms: nobody's name is to be had.
import { expect, test } from "vitest";
import { expectNoWayIn, register } from "../conformance/attack.ts";
import { join, meet } from "../conformance/members.ts";
import { fresh, person, publicIdOf, secret } from "../conformance/people.ts";
import { world } from "./world.ts";

test("names are whose they were, registered or not, with their secrets and whom they block", async () => {
  const { kill, start } = await world();
  const room = fresh("lobby");
  const people = ["alice", "bob", "carol"].map(person);
  const [alice, bob, carol] = await meet(room, ...people);
  if (!alice || !bob || !carol) throw new Error("unreachable");
  await register(alice);
  const token = secret();
  alice.send({ type: "rotate", token });
  const { until } = await alice.next("rotated");
  await alice.refused(`/block ${fresh("nobody")}`, "no_such_user");
  alice.send(`/block ${bob.name}`);
  const { blocked } = await alice.next("blocked");
  await carol.tell(alice.name, "for alice");
  await kill();
  await start();
  // At once, before any of them is back.
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
  const phone = await join(fresh("attic"), alice.person);
  expect(phone.welcome).toMatchObject({ user, tokenUntil: until });
  await phone.refused("/release", "forbidden");
  const again = await join(room, bob.person);
  const psst = { type: "private", to: alice.name, text: "psst" };
  await again.refused(psst, "no_such_user");
  const guest = await join(room, carol.person);
  expect(guest.welcome.user).toBe(carol.welcome.user);
});
