// Copy data: what one core changes after a call, no other core sees, and the copy has all fields.
import { expect, test } from "vitest";
import { copyData } from "../../src/deno/copy-data.ts";

const letter = () => ({
  type: "post",
  letter: { text: "hello", data: { tags: ["a", { deep: [1, null] }] } },
  isBot: false,
  toUser: undefined,
});

test("a user's message is copied with all its fields, like structuredClone does", () => {
  const ops = [letter(), { type: "done" }];
  expect(copyData(ops)).toStrictEqual(structuredClone(ops));
});

test("a change to a user's message after the call reaches no copy", () => {
  const original = letter();
  const [copy] = copyData([original]);
  original.letter.text = "changed";
  original.letter.data.tags.push("changed");
  expect(copy).toStrictEqual(letter());
});

test("a user's data may have a field __proto__, which stays a field", () => {
  const data: object = JSON.parse('{"__proto__":{"a":[{"__proto__":1}]}}');
  const copy = copyData(data);
  expect(JSON.stringify(copy)).toBe(JSON.stringify(data));
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});

test("a user's data of another form is copied by structuredClone, or refused", () => {
  const bytes = Uint8Array.of(1, 2);
  const copy = copyData({ bytes, at: new Date(5) });
  expect(copy).toStrictEqual({ bytes: Uint8Array.of(1, 2), at: new Date(5) });
  expect(copy.bytes).not.toBe(bytes);
  expect(() => copyData([{ run: () => 1 }])).toThrow();
});
