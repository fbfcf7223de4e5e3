// What Tab makes of what is typed.
import { expect, test } from "vitest";
import { complete } from "../../src/cli/completion.ts";
import { People } from "../../src/cli/people.ts";

const names = ["alice", "alina", "Bob", "李雷"];

/** The line after Tab at `|`, and what there is to choose from. */
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
])("%s becomes %s", ([before, after]) => {
  expect(tab(before ?? "")).toEqual({ line: after });
});

test("where there are several, what they begin with is put in, and all are shown", () => {
  expect(tab("@a|")).toEqual({ line: "@ali|", choices: ["@alice", "@alina"] });
  expect(tab("/re|")).toEqual({
    line: "/re|",
    choices: ["/register", "/release", "/retry", "/reconnect"],
  });
});

test("nothing to complete changes nothing", () => {
  for (const line of ["|", "hello |", "@x|", "and /re|", "/x|"])
    expect(tab(line)).toBeNull();
});

test("who spoke last is offered first, and oneself never", () => {
  const people = new People();
  people.spoke("carol", "c");
  people.spoke("bob", "b");
  people.spoke("carol", "c");
  const offered = people.names(["alice", "bob", "carol", "dave"], "alice");
  expect(offered).toEqual(["carol", "bob", "dave"]);
});

test("who is blocked is whoever spoke last under the name, else whoever has it", () => {
  const people = new People();
  people.spoke("bob", "first");
  people.spoke("bob", "second");
  expect(people.whois("bob")).toEqual({ username: "bob", user: "second" });
  expect(people.whois("carol")).toEqual({ username: "carol" });
});

test("who types is told so until they speak, leave or stop", () => {
  const people = new People();
  for (const name of ["bob", "carol", "dave", "erin"]) people.types(name, 1000);
  people.spoke("bob", "b");
  people.left("carol");
  people.types("erin", 3000);
  expect(people.lookAt(5999)).toBe(false);
  expect(people.typing()).toEqual(["dave", "erin"]);
  expect(people.lookAt(6000)).toBe(true);
  expect(people.typing()).toEqual(["erin"]);
});
