// How many messages wait to be read, as a person would count them.
import { expect, test } from "vitest";
import { readTo, short, titleOf, unreadIn } from "../../src/web/unread.ts";
import { pending, said } from "./shown.ts";

test("what others said after the mark is unread", () => {
  const all = [said(1), said(2), said(3)];
  expect(unreadIn(all, 1, "bob")).toEqual({ count: 2, mentions: 0 });
});

test("one's own are not unread, nor what is pending", () => {
  const all = [said(1), pending("a")];
  expect(unreadIn(all, 0, "bob")).toEqual({ count: 1, mentions: 0 });
});

test("who has answered has read what came before, on any device", () => {
  const all = [said(1), said(2, { mine: true }), said(3)];
  expect(readTo(all, 0)).toBe(2);
  expect(unreadIn(all, 0, "bob").count).toBe(1);
});

test("an answer that has not arrived reads nothing", () => {
  expect(readTo([said(1), pending("a")], 0)).toBe(0);
});

test("those with one's name in them are counted apart", () => {
  const all = [said(1, { text: "@bob!" }), said(2, { text: "bobsled" })];
  expect(unreadIn(all, 0, "bob")).toEqual({ count: 2, mentions: 1 });
});

test("the title says how many, where, and stays short", () => {
  expect(titleOf(0, "lobby")).toBe("lobby · edge-chat");
  expect(titleOf(3, "lobby")).toBe("(3) lobby · edge-chat");
  expect(titleOf(0, "")).toBe("edge-chat");
  expect(titleOf(1234, "茶室")).toBe("(99+) 茶室 · edge-chat");
  expect(short(99)).toBe("99");
});

test("what blocked people say is not unread", () => {
  const blocked = new Set(["id-of-alice"]);
  expect(unreadIn([said(1)], 0, "bob", blocked).count).toBe(0);
});
