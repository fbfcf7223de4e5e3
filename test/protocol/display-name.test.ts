// Display name tests: what people see of a user's data is tamed, and look-alikes of other users' names are found.
import { describe, expect, test } from "vitest";
import {
  findLookAlikes,
  readAvatar,
  readDisplayName,
} from "../../src/protocol/display-name.ts";
import { nameKey } from "../../src/protocol/name-key.ts";

describe("a display name", () => {
  test.each([
    ["Ann Lee", "Ann Lee"],
    ["  Ann \t\n Lee  ", "Ann Lee"],
    ["\u674e\u96f7", "\u674e\u96f7"],
    ["Zoe\u0308", "Zo\u00eb"],
    ["\u202eeeL nnA", "eeL nnA"],
    ["a\u2066b\u2069\u200f\u061c", "ab"],
    ["Ann\u200b\u00ad\u3164\ufe0fLee", "AnnLee"],
    ["Ann\u2028Lee\u0000\u001b[31m", "Ann Lee [31m"],
    ["half \ud83d", "half"],
    ["Ann @bob", "Ann bob"],
    ["Ann \u200b @ bob", "Ann bob"],
    ["bob: hello \uff20ann\uff1a", "bob hello ann"],
    ["a\u0308\u0308\u0323\u0323\u0323\u0323\u0323\u0323", /^.{2,6}$/],
    ["x".repeat(50), `${"x".repeat(39)}\u2026`],
    ["\u{1f600}".repeat(41), `${"\u{1f600}".repeat(39)}\u2026`],
  ])("a user's display name %j is shown as %s", (displayName, shown) => {
    const read = readDisplayName({ displayName });
    if (typeof shown === "string") expect(read).toBe(shown);
    else expect(read).toMatch(shown);
    expect(readDisplayName({ displayName: read })).toBe(read);
  });

  test.each([
    undefined,
    null,
    "Ann",
    7,
    [],
    {},
    { displayName: 7 },
    { displayName: "" },
    { displayName: " \u200b\u2800\u202e" },
    Object.create({ displayName: "inherited" }),
  ])("a user with the data %j has none", (data) => {
    expect(readDisplayName(data)).toBeNull();
  });
});

describe("an avatar", () => {
  test("a user's avatar is an https URL", () => {
    const avatar = "https://cdn.example/a.png?s=2";
    expect(readAvatar({ avatar })?.href).toBe(avatar);
  });

  test.each([
    "http://cdn.example/a.png",
    "javascript:alert(1)",
    "data:image/png;base64,AA",
    "//cdn.example/a.png",
    "https://user:secret@cdn.example/a.png",
    "",
    7,
  ])("a user's avatar is not %j", (avatar) => {
    expect(readAvatar({ avatar })).toBeNull();
  });
});

describe("look-alikes", () => {
  const user = (username: string, displayName: string | null = null) => ({
    ...{ user: `id-of-${username}`, username, displayName },
  });
  const marked = (...users: Parameters<typeof findLookAlikes>[0]) =>
    [...findLookAlikes(users, nameKey)].sort();

  test.each([
    ["the same", "Ann Lee"],
    ["another case and spacing", "ann  LEE"],
    ["without a blank", "AnnLee"],
    ["with signs", "Ann. Lee \u2713"],
    ["with Cyrillic letters", "\u0410nn L\u0435\u0435"],
    ["in full width", "\uff21\uff4e\uff4e Lee"],
  ])("users are marked who both have this display name: %s", (_, other) => {
    const users = [user("ann", "Ann Lee"), user("mallory", other), user("bob")];
    expect(marked(...users)).toEqual(["ann", "mallory"]);
  });

  test("a user is marked whose display name looks like the username of another", () => {
    expect(marked(user("mallory", "B\u043eb"), user("bob"))).toEqual([
      "mallory",
    ]);
    expect(marked(user("mallory", "Ann Lee"), user("ann_lee"))).toEqual([
      "mallory",
    ]);
    const unknown = { ...user("bob"), user: null };
    expect(marked(user("mallory", "bob"), unknown)).toEqual(["mallory"]);
  });

  test("a user is not marked for the own username, or for another own name", () => {
    expect(marked(user("alice", "Alice"))).toEqual([]);
    const laptop = { ...user("alice2", "Alice"), user: "id-of-alice" };
    expect(marked(user("alice", "Alice"), laptop)).toEqual([]);
  });

  test("users with different display names are not marked", () => {
    const users = [user("ann", "Ann Lee"), user("bob", "Bob"), user("carol")];
    expect(marked(...users)).toEqual([]);
  });
});
