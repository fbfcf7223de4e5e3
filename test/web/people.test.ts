// People tests: the page knows how users are shown, also after they have left, and shows no display name unchecked.
import { beforeEach, describe, expect, test } from "vitest";
import type { MemberInfo } from "../../src/client/index.ts";
import { nameKey } from "../../src/protocol/name-key.ts";
import { People } from "../../src/web/people.ts";
import { avatarOrigins } from "../../src/web/server-config.ts";

beforeEach(() => {
  avatarOrigins.value = [];
});

function seen(members: string[], ...infos: MemberInfo[]) {
  const details = new Map(infos.map((one) => [one.username, one]));
  return { members, details };
}

function ann(displayName: string, avatar?: string): MemberInfo {
  const data = { displayName, ...(avatar !== undefined && { avatar }) };
  return { user: "ann-id", username: "ann", data };
}

async function peopleWith(...infos: MemberInfo[]): Promise<People> {
  const people = new People(async () => nameKey);
  people.noteMembers("lobby", seen(["ann", "bob"], ...infos));
  await expect.poll(() => people.of("ann-id").displayName).not.toBeNull();
  return people;
}

test("a user sees display names only once look-alikes can be found", async () => {
  let finish = () => {};
  const loaded = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const people = new People(() => loaded.then(() => nameKey));
  people.noteMembers("lobby", seen(["ann"], ann("Ann Lee")));
  expect(people.of("ann-id").displayName).toBeNull();
  finish();
  await expect
    .poll(() => people.of("ann-id"))
    .toEqual({ displayName: "Ann Lee", avatar: null, isLookAlike: false });
});

test("a user whose page cannot load the table sees usernames, and the next change tries again", async () => {
  let attempts = 0;
  const people = new People(async () => {
    attempts++;
    if (attempts === 1) throw new Error("offline");
    return nameKey;
  });
  people.noteMembers("lobby", seen(["ann"], ann("Ann Lee")));
  await expect.poll(() => attempts).toBe(1);
  await new Promise((resolve) => setTimeout(resolve));
  expect(people.of("ann-id").displayName).toBeNull();
  people.noteMembers("lobby", seen(["ann", "bob"], ann("Ann Lee")));
  await expect.poll(() => people.of("ann-id").displayName).toBe("Ann Lee");
});

describe("a user with data", () => {
  test("is known after leaving, and not after losing the data", async () => {
    const people = await peopleWith(ann("Ann Lee"));
    people.noteMembers("lobby", seen(["bob"]));
    expect(people.of("ann-id").displayName).toBe("Ann Lee");
    people.noteMembers("lobby", seen(["ann", "bob"], ann("Ann")));
    expect(people.of("ann-id").displayName).toBe("Ann");
    people.noteMembers("lobby", seen(["ann", "bob"]));
    expect(people.of("ann-id").displayName).toBeNull();
  });

  test("is marked for the name of a member or of an author who has left", async () => {
    const people = await peopleWith(ann("B\u043eb"));
    expect(people.of("ann-id").isLookAlike).toBe(true);
    people.noteMembers("lobby", seen(["ann"], ann("Carol")));
    expect(people.of("ann-id").isLookAlike).toBe(false);
    people.noteAuthors([{ username: "carol" }]);
    expect(people.of("ann-id").isLookAlike).toBe(true);
  });

  test("is shown by the username alone where the display name is the same", async () => {
    const people = await peopleWith(ann("Ann"));
    people.noteMembers("attic", seen(["ann"], ann("ann")));
    expect(people.of("ann-id").displayName).toBeNull();
  });

  test.each([
    [[], null],
    [["https://cdn.example"], "shown"],
    [["https://*.example"], "shown"],
    [["*"], "shown"],
    [["https://other.example"], null],
    [["https://*.dn.example"], null],
    [["https://cdn.example:8443"], null],
  ])("has a picture where the server allows %j: %s", async (origins, shown) => {
    const avatar = "https://cdn.example/a.png";
    const people = await peopleWith(ann("Ann Lee", avatar));
    avatarOrigins.value = origins;
    expect(people.of("ann-id").avatar).toBe(shown && avatar);
  });

  test("is nobody else", async () => {
    const people = await peopleWith(ann("Ann Lee"));
    const nobody = { displayName: null, avatar: null, isLookAlike: false };
    expect([people.of("other"), people.of(undefined)]).toEqual([
      nobody,
      nobody,
    ]);
  });
});
