// Moderators: opens a room with an owner, a moderator and a guest.
import { register } from "./attack.ts";
import { join, joinAll, type Member } from "./members.ts";
import { person, uniqueName } from "./people.ts";

export interface ModeratedRoom {
  readonly room: string;
  readonly owner: Member;
  readonly mod: Member;
  readonly bob: Member;
}

/** Joins with a registered name. */
async function registered(name: string): Promise<Member> {
  const member = await join(uniqueName("hall"), person(name));
  await register(member);
  return member;
}

export async function openModeratedRoom(): Promise<ModeratedRoom> {
  const room = uniqueName("club");
  const alice = await registered("alice");
  const mia = await registered("mia");
  const [owner, mod, bob] = await joinAll(
    room,
    ...([alice.person, mia.person, "bob"] as const),
  );
  owner.send(`/op ${mod.name}`);
  for (const member of [owner, mod, bob])
    await member.next("moderated", { action: "role" });
  return { room, owner, mod, bob };
}
