// Completion: tests the Tab key, and the names that it suggests.
import { expect, test } from "vitest";
import { complete } from "../../src/cli/completion.ts";
import { Participants } from "../../src/cli/participants.ts";

const names = ["alice", "alina", "Bob", "李雷"];

/** The line after Tab at `|`, and the candidates. */
function tab(
  line: string,
): { line: string; choices?: readonly string[] } | null {
  const cursor = line.indexOf("|");
  const done = complete(line.replace("|", ""), cursor, names);
  if (done === null) return null;
  const { text, choices } = done;
  return {
    line: `${text.slice(0, done.cursor)}|${text.slice(done.cursor)}`,
    ...(choices.length > 0 && { choices }),
  };
}

test.for([
  ["@bo|", "@Bob |"],
  ["@李|", "@李雷 |"],
  ["bo|", "Bob: |"],
  ["ask bo|", "ask Bob |"],
  ["ask bo| about it", "ask Bob| about it"],
  ["/hi|", "/history |"],
  ["/history b|", "/history Bob |"],
])("Tab completes %s to %s", ([before, after]) => {
  expect(tab(before ?? "")).toEqual({ line: after });
});

test("Tab inserts the common start of several names, and lists them", () => {
  expect(tab("@a|")).toEqual({ line: "@ali|", choices: ["@alice", "@alina"] });
  expect(tab("/re|")).toEqual({
    line: "/re|",
    choices: [
      ...[
        "/read",
        "/react",
        "/reply",
        "/report",
        "/reports",
        "/register",
        "/release",
      ],
      ...["/retry", "/reconnect"],
    ],
  });
});

test("Tab changes nothing if there is nothing to complete", () => {
  for (const line of ["|", "hello |", "@x|", "and /re|", "/x|"])
    expect(tab(line)).toBeNull();
});

test("the user who wrote last is suggested first, and the own name never", () => {
  const people = new Participants();
  people.addMessage("carol", "c");
  people.addMessage("bob", "b");
  people.addMessage("carol", "c");
  const offered = people.suggestions(
    ["alice", "bob", "carol", "dave"],
    "alice",
  );
  expect(offered).toEqual(["carol", "bob", "dave"]);
});

test("/block names the user who wrote last under a name, or whoever has it", () => {
  const people = new Participants();
  people.addMessage("bob", "first");
  people.addMessage("bob", "second");
  expect(people.userRef("bob")).toEqual({ username: "bob", user: "second" });
  expect(people.userRef("carol")).toEqual({ username: "carol" });
});

test("a user is shown as typing until they write, leave or stop", () => {
  const people = new Participants();
  for (const name of ["bob", "carol", "dave", "erin"])
    people.setTyping(name, 1000);
  people.addMessage("bob", "b");
  people.remove("carol");
  people.setTyping("erin", 3000);
  expect(people.expireTyping(5999)).toBe(false);
  expect(people.typingNames()).toEqual(["dave", "erin"]);
  expect(people.expireTyping(6000)).toBe(true);
  expect(people.typingNames()).toEqual(["erin"]);
});
