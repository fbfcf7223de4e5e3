// Addresses that people share lead to what they name.
import { describe, expect, test } from "vitest";
import {
  hashOf,
  type Route,
  readRoute,
  readWishes,
} from "../../src/web/route.ts";

describe("an address", () => {
  test.for([
    ["", { kind: "none" }],
    ["#", { kind: "none" }],
    ["#lobby", { kind: "room", room: "lobby" }],
    ["#%E8%8C%B6%E5%AE%A4", { kind: "room", room: "茶室" }],
    ["#茶室", { kind: "room", room: "茶室" }],
    ["#@bob", { kind: "peer", peer: "bob" }],
    ["#support?username=alice&lang=zh", { kind: "room", room: "support" }],
    ["#no spaces", { kind: "bad", text: "no spaces" }],
    ["#@", { kind: "bad", text: "@" }],
    ["#%E8%", { kind: "bad", text: "%E8%" }],
    ["#<script>", { kind: "bad", text: "<script>" }],
  ] satisfies [string, Route][])("%s", ([hash, route]) => {
    expect(readRoute(hash)).toEqual(route);
  });

  test.for([
    { kind: "room", room: "茶室" },
    { kind: "peer", peer: "李雷" },
    { kind: "none" },
  ] satisfies Route[])("%j is read back as it was written", (route) => {
    expect(readRoute(hashOf(route))).toEqual(route);
  });
});

test("whoever embeds the page may wish for a name, a language, a theme", () => {
  expect(readWishes("#a?username=bob&lang=zh&theme=dark")).toEqual({
    username: "bob",
    language: "zh",
    theme: "dark",
  });
  expect(readWishes("#a?username=%3Cb%3E")).toMatchObject({ username: null });
  expect(readWishes("#a")).toMatchObject({ username: null, language: null });
});
