// Avatar style: a name has one initial and one colour.
import { expect, test } from "vitest";
import {
  AVATAR_SHADES,
  avatarInitial,
  avatarShade,
} from "../../src/web/avatar-style.ts";

test("a user's initial is a whole letter of any script", () => {
  expect(avatarInitial("alice")).toBe("A");
  expect(avatarInitial("李雷")).toBe("李");
  expect(avatarInitial("e\u0301mile")).toBe("E\u0301");
  expect(avatarInitial("नमन")).toBe("न");
});

test("a user's colour does not depend on upper and lower case", () => {
  expect(avatarShade("Alice")).toBe(avatarShade("alice"));
  expect(avatarShade("李雷")).toBeLessThan(AVATAR_SHADES);
});
