// Setting kinds: each kind accepts its values, and describes a wrong one.
import { describe, expect, test } from "vitest";
import {
  invalidSettingMessage,
  readSetting,
  type Setting,
} from "../../src/protocol/setting-kinds.ts";

const word = { pattern: /^[a-z]+$/, words: "a word" };
const text: Setting = {
  kind: "text",
  defaultValue: "",
  format: word,
  description: "it",
};
const secret: Setting = { ...text, kind: "secret", defaultValue: "" };
const list: Setting = {
  kind: "list",
  defaultValue: [],
  format: word,
  description: "them",
};
const choice: Setting = {
  kind: "choice",
  defaultValue: "on",
  choices: ["on", "off"],
  description: "whether",
};

describe("a list", () => {
  test.for([
    ["one", ["one"]],
    ["one,two", ["one", "two"]],
    [" one, two\nthree ", ["one", "two", "three"]],
    ["one,,two,", ["one", "two"]],
    [
      ["one", "two"],
      ["one", "two"],
    ],
    ["-", []],
    [[], []],
  ] as const)(
    "the list %j of an operator has these items",
    ([given, items]) => {
      expect(readSetting(list, given)).toEqual(items);
    },
  );

  test.for([["one,2"], ["one -"], [["one", 2]], [7], [true], [{}]])(
    "the list %j of an operator is refused",
    ([given]) => {
      expect(readSetting(list, given)).toBeNull();
    },
  );

  test("an operator is told what each item of a list must be", () => {
    expect(invalidSettingMessage("THEM", list, "one,2")).toBe(
      'THEM="one,2": a list, separated by commas, each a word (them)',
    );
  });
});

describe("a choice", () => {
  test("an operator chooses one of the words of a setting", () => {
    expect(readSetting(choice, "off")).toBe("off");
    for (const given of ["OFF", "no", "", false, 0, ["on"]])
      expect(readSetting(choice, given)).toBeNull();
  });

  test("an operator is told the words of which one must be chosen", () => {
    expect(invalidSettingMessage("IT", choice, false)).toBe(
      "IT=false: on or off (whether)",
    );
  });
});

describe("a text", () => {
  test("the text of an operator is taken without the blanks around it", () => {
    expect(readSetting(text, " word ")).toBe("word");
    for (const given of ["two words", 1, null])
      expect(readSetting(text, given)).toBeNull();
  });

  test("an operator is told what a text must be", () => {
    expect(invalidSettingMessage("IT", text, "1")).toBe('IT="1": a word (it)');
  });
});

test("a wrong secret of an operator is not repeated", () => {
  expect(readSetting(secret, "hunter2")).toBeNull();
  expect(invalidSettingMessage("IT", secret, "hunter2")).toBe(
    "IT: a word (it)",
  );
});
