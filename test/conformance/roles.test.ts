// Roles: a user with a registered name owns the rooms that the user creates.
import { expect, test } from "vitest";
import { register } from "./support/attack.ts";
import { join } from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";

test("a user with a registered name owns the room that the user creates", async () => {
  const alice = await join(uniqueName("hall"), person("alice"));
  await register(alice);
  const room = uniqueName("lobby");
  const phone = await join(room, alice.person);
  expect(phone.welcome.role).toBe("owner");
  const bob = await join(room, person("bob"));
  await register(bob);
  expect(bob.welcome).not.toHaveProperty("role");
  expect((await join(room, bob.person)).welcome).not.toHaveProperty("role");
  expect((await join(room, alice.person)).welcome.role).toBe("owner");
});

test("a guest owns no room", async () => {
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  expect(alice.welcome).not.toHaveProperty("role");
  await register(alice);
  expect((await join(room, alice.person)).welcome).not.toHaveProperty("role");
});
