// Commands: tests that typed lines are parsed as in every other client.
import { describe, expect, test } from "vitest";
import { COMMANDS, HELP, parseCommand } from "../../src/cli/commands.ts";
import { readTypedLine } from "../../src/protocol/typed-line.ts";

test.for([
  "hello",
  "  hello",
  "@bob psst",
  "@bob, psst",
  "@bob: psst",
  "@bob:psst",
  "@bob",
  "@",
  "@bob  two  spaces",
  "@bob one\ntwo",
  " @bob psst",
  "＠bob psst",
  "@bob! psst",
  "@ann, @ben psst",
  " /say this",
  '{"type":"who"}',
  "/msg bob @carol psst",
  "/msg bob",
  "/say /this",
  "/say @bob this",
])("the terminal parses %j as the server does", (line) => {
  const typed = readTypedLine(line);
  const { kind, ...command } = parseCommand(line);
  if ("wrong" in typed) {
    expect(kind).toBe("invalid");
    return;
  }
  const { type, ...frame } = typed.frame;
  expect(kind).toBe(type);
  expect(command).toEqual(frame);
});

describe("commands", () => {
  test.for([
    ["/history", { kind: "history", limit: 50 }],
    ["/history 20", { kind: "history", limit: 20 }],
    ["/search red fox", { kind: "search", words: "red fox", before: 0 }],
    ["/search #12 fox", { kind: "search", words: "fox", before: 12 }],
    ["/history 999", { kind: "history", limit: 200 }],
    ["/retry", { kind: "retry", number: null }],
    ["/discard 2", { kind: "discard", number: 2 }],
    ["/who", { kind: "who" }],
    ["/mentions", { kind: "mentions" }],
    ["/register", { kind: "register" }],
    ["/release", { kind: "release" }],
    ["/rotate", { kind: "rotate", token: undefined }],
    [
      "/rotate a-secret-of-22-characters",
      { kind: "rotate", token: "a-secret-of-22-characters" },
    ],
    ["/block bob", { kind: "block", name: "bob" }],
    ["/block @bob", { kind: "block", name: "bob" }],
    ["/block", { kind: "blocked" }],
    ["/unblock 李雷", { kind: "unblock", name: "李雷" }],
    ["/quit ", { kind: "quit" }],
    ["   ", { kind: "empty" }],
    ["", { kind: "empty" }],
  ] as const)("%s is parsed as its command", ([line, command]) => {
    expect(parseCommand(line)).toEqual(command);
  });

  test.for([
    "/history x",
    "/history 0",
    "/retry all",
    "/who bob",
    "/block bob carol",
    "/unblock",
    "/register bob",
    "/say",
    "/x",
    "/",
    "/rotate secret",
    "/join n secret",
  ])("%s is refused with a hint", (line) => {
    expect(parseCommand(line)).toMatchObject({ kind: "invalid" });
  });

  test("an unknown command is repeated only if it cannot be a secret", () => {
    expect(parseCommand("/what is it")).toHaveProperty(
      "message",
      "There is no command /what; /help lists them, /say sends any text.",
    );
    for (const line of ["/rotateabcdefghijkl", "/rotate:s3cret", "/s3cret"])
      expect(parseCommand(line)).toHaveProperty(
        "message",
        "Unknown command. /help lists the commands, /say sends any text.",
      );
  });

  test("the help lists every command in rows of at most 80 columns", () => {
    const typed = HELP.map(([form]) => form.split(" ")[0]);
    for (const { name } of COMMANDS) expect(typed).toContain(`/${name}`);
    for (const [, meaning] of HELP)
      expect(meaning.length).toBeLessThanOrEqual(60);
  });
});
