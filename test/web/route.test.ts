// Route: a shared URL opens the conversation that it names.
import { describe, expect, test } from "vitest";
import {
  parseEmbedOptions,
  parseRoute,
  type Route,
  routeHash,
} from "../../src/web/route.ts";

describe("the hash of the URL", () => {
  test.for([
    ["", { kind: "none" }],
    ["#", { kind: "none" }],
    ["#lobby", { kind: "room", room: "lobby" }],
    ["#%E8%8C%B6%E5%AE%A4", { kind: "room", room: "茶室" }],
    ["#茶室", { kind: "room", room: "茶室" }],
    ["#@bob", { kind: "peer", peer: "bob" }],
    ["#support?username=alice&lang=zh", { kind: "room", room: "support" }],
    ["#lobby/12", { kind: "room", room: "lobby", message: 12 }],
    ["#lobby/thread/12", { kind: "room", room: "lobby", thread: 12 }],
    ["#%E8%8C%B6%E5%AE%A4/7", { kind: "room", room: "茶室", message: 7 }],
    ["#lobby/", { kind: "invalid", text: "lobby/" }],
    ["#lobby/twelve", { kind: "invalid", text: "lobby/twelve" }],
    ["#lobby/thread/", { kind: "invalid", text: "lobby/thread/" }],
    ["#lobby/1/2", { kind: "invalid", text: "lobby/1/2" }],
    ["#no spaces", { kind: "invalid", text: "no spaces" }],
    ["#@", { kind: "invalid", text: "@" }],
    ["#%E8%", { kind: "invalid", text: "%E8%" }],
    ["#<script>", { kind: "invalid", text: "<script>" }],
  ] satisfies [string, Route][])(
    "a user who opens the hash %s gets the right view",
    ([hash, route]) => {
      expect(parseRoute(hash)).toEqual(route);
    },
  );

  test.for([
    { kind: "room", room: "茶室" },
    { kind: "room", room: "茶室", message: 12 },
    { kind: "room", room: "茶室", thread: 12 },
    { kind: "room", room: "茶室", invite: "a-code_of-24-characters" },
    { kind: "peer", peer: "李雷" },
    { kind: "none" },
  ] satisfies Route[])("a user's link to %j leads back to it", (route) => {
    expect(parseRoute(routeHash(route))).toEqual(route);
  });
});

test("an embedding site chooses a username, a language and a theme", () => {
  expect(parseEmbedOptions("#a?username=bob&lang=zh&theme=dark")).toEqual({
    username: "bob",
    language: "zh",
    theme: "dark",
  });
  expect(parseEmbedOptions("#a?username=%3Cb%3E")).toMatchObject({
    username: null,
  });
  expect(parseEmbedOptions("#a")).toMatchObject({
    username: null,
    language: null,
  });
});
