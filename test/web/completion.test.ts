// Completion: the word before the cursor becomes a name, an emoji or a command.
import { describe, expect, test } from "vitest";
import {
  applyOption,
  commandOptions,
  emojiOptions,
  nameOptions,
  openCompletion,
  readQuery,
} from "../../src/web/completion.ts";
import { readEmoji } from "../../src/web/emoji-search.ts";

const labels = (options: readonly { readonly label: string }[]) =>
  options.map(({ label }) => label);

describe("a user who types", () => {
  test.for([
    ["@", "name", ""],
    ["@Bo", "name", "bo"],
    ["hi @bo", "name", "bo"],
    ["(@bo", "name", "bo"],
    ["你好@李", "name", "李"],
    ["＠ｂｏ", "name", "bo"],
    ["a\n@bo.b-b_1", "name", "bo.b-b_1"],
    [":sm", "emoji", "sm"],
    ["so :Thumbs_up:", "emoji", "thumbs_up"],
    [":笑脸", "emoji", "笑脸"],
    ["/", "command", ""],
    ["/mu", "command", "mu"],
  ] as const)("%s looks for the %s %j", ([text, kind, prefix]) => {
    expect(readQuery(text, text.length, true)).toMatchObject({ kind, prefix });
  });

  test.for([
    "carol@example",
    "a.@b",
    "@bob ",
    "@@bob",
    ":D",
    ":s",
    "10:30",
    "a:smile",
    "注意:明天",
    "https://ab",
    "std::vector",
    " /mute",
    "/mute bob",
    "and/or",
    "",
  ])("%j looks for nothing", (text) => {
    expect(readQuery(text, text.length, true)).toBeNull();
  });

  test("a cursor within the text completes the word before it", () => {
    expect(readQuery("hi @bo and so on", 6, true)).toEqual({
      ...{ kind: "name", from: 3, to: 6, prefix: "bo" },
    });
  });

  test("an edit has no commands", () => {
    expect(readQuery("/mu", 3, false)).toBeNull();
  });
});

describe("a user finds", () => {
  test("names by their start, and by a word of the display name, each once", () => {
    const display = (name: string) => (name === "x1" ? "Maya Bo" : null);
    const names = ["bob", "Bo", "x1", "abo", "bob"];
    expect(labels(nameOptions(names, "bo", display))).toEqual([
      ...["bob", "Bo", "x1"],
    ]);
  });

  test("a command by its start, the whole one first", () => {
    const forms = ["/opening", "/op bob", "/pin #12", "/say text"];
    expect(labels(commandOptions(forms, "op"))).toEqual([
      ...["/op bob", "/opening"],
    ]);
  });

  test("an emoji by its name with low lines", () => {
    const groups = readEmoji(
      "😀,grinning face,smile|🤞,crossed fingers,thumbs|👍,thumbs up",
      "😀|🤞|👍,赞",
    );
    const find = (prefix: string) =>
      emojiOptions(groups, prefix, ({ names }) => names.en);
    expect(find("thumbs_up")).toEqual([{ value: "👍", label: "thumbs up" }]);
    expect(labels(find("smi"))).toEqual(["grinning face"]);
    expect(labels(find("thu"))).toEqual(["thumbs up", "crossed fingers"]);
    expect(find("zebra")).toEqual([]);
  });
});

describe("Enter", () => {
  const bob = { value: "@bob", label: "bob" };
  const active = (text: string, options = [bob]) => {
    const query = readQuery(text, text.length, true);
    return query === null ? null : openCompletion(query, options)?.active;
  };

  test("takes the first option of a user's half word", () => {
    expect(active("@bo")).toBe(0);
    expect(active(":th", [{ value: "👍", label: "thumbs up" }])).toBe(0);
  });

  test("sends a user's text that is whole, or has a sign alone", () => {
    expect(active("@bob")).toBe(-1);
    expect(active("@")).toBe(-1);
    expect(active("/who", [{ value: "/who", label: "/who" }])).toBe(-1);
  });

  test("sends where there is nothing to choose", () => {
    expect(active("@bo", [])).toBeUndefined();
  });
});

test("the option takes the place of a user's word", () => {
  const apply = (text: string, cursor: number, value: string) => {
    const query = readQuery(text, cursor, true);
    return query && applyOption(text, query, { value, label: "" });
  };
  expect(apply("hi @bo", 6, "@bob")).toMatchObject({
    ...{ text: "hi @bob ", cursor: 8 },
  });
  expect(apply("hi @bo so", 6, "@bob")).toMatchObject({
    ...{ text: "hi @bob so", cursor: 7 },
  });
  expect(apply("ok :th", 6, "👍")).toMatchObject({ text: "ok 👍", cursor: 5 });
});
