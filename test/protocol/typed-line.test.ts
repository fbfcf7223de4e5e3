// Typed lines: each line that a person types becomes a frame or a refusal.
import { describe, expect, test } from "vitest";
import { HELP, readTypedLine } from "../../src/protocol/typed-line.ts";

function typed(line: string): unknown {
  const read = readTypedLine(line);
  return "frame" in read ? read.frame : read.wrong;
}

const say = (text: string) => ({ type: "message", text });
const psst = (to: string, text: string) => ({ type: "private", to, text });

describe("what is typed is said", () => {
  test.each([
    ["hello", "hello"],
    ["  hello ", "  hello "],
    ["hello @bob", "hello @bob"],
    ["either/or", "either/or"],
    ["", ""],
  ])("a user who types %j sends it as it stands", (line, text) => {
    expect(typed(line)).toEqual(say(text));
  });

  test.each([
    ["hello\n", "hello"],
    ["hello\r\n", "hello"],
    ["hello\n\n", "hello\n"],
    ["one\ntwo\n", "one\ntwo"],
    ["\n", ""],
    ["hello\r", "hello\r"],
  ])(
    "a user who types %j sends it without the newline of the terminal",
    (line, text) => {
      expect(typed(line)).toEqual(say(text));
    },
  );

  test.each([
    ["/say /leave", "/leave"],
    ["/say @bob is here", "@bob is here"],
    ["/say  two  spaces ", " two  spaces "],
    ["/say one\ntwo", "one\ntwo"],
    ["/say\n/leave", "/leave"],
    ["/say", ""],
    ["/say {}", "{}"],
  ])("a user who types %j sends the rest unchanged", (line, text) => {
    expect(typed(line)).toEqual(say(text));
  });
});

describe("a line to one user", () => {
  test.each([
    ["@bob psst", "bob", "psst"],
    ["@bob, psst", "bob", "psst"],
    ["@bob: psst", "bob", "psst"],
    ["@bob   psst", "bob", "psst"],
    ["@bob\npsst", "bob", "psst"],
    ["@bob psst, @carol", "bob", "psst, @carol"],
    ["@bob one\ntwo\n", "bob", "one\ntwo"],
    ["@bob psst ", "bob", "psst "],
    ["@李雷 你好", "李雷", "你好"],
  ])("a user who types %j writes to one user", (line, to, text) => {
    expect(typed(line)).toEqual(psst(to, text));
  });

  test.each([
    ["/msg bob psst", "bob", "psst"],
    ["/msg @bob @carol is late", "bob", "@carol is late"],
    ["/msg bob one\ntwo", "bob", "one\ntwo"],
  ])(
    "a user who types %j writes to one user by a command",
    (line, to, text) => {
      expect(typed(line)).toEqual(psst(to, text));
    },
  );

  test.each(["@bob,, psst", "@bob! psst", "@@bob psst"])(
    "a user who types %j is told that this is no name",
    (line) => {
      expect(readTypedLine(line)).toEqual({
        wrong: expect.stringContaining("@name text"),
        code: "bad_username",
      });
    },
  );

  test.each(["/msg", "/msg bob", "/msg bob ", "/msg bob! psst"])(
    "a user who types %j is told how the command is written",
    (line) => {
      expect(typed(line)).toBe("Write: /msg name text");
    },
  );

  test.each(["@bob", "@bob ", "@bob\n", "@", "@ bob", "@ "])(
    "a user who types %j sends nothing to anybody",
    (line) => {
      expect(typed(line)).toBe("Write: @name text");
    },
  );
});

describe("a command", () => {
  test.each([
    ["/join alice", { type: "join", username: "alice" }],
    [
      "/join alice s3cret",
      { type: "join", username: "alice", token: "s3cret" },
    ],
    ["/join  alice \n", { type: "join", username: "alice" }],
    ["/who", { type: "who" }],
    ["/who ", { type: "who" }],
    ["/history", { type: "history", fold: true }],
    ["/search red fox", { type: "search", text: "red fox" }],
    ["/read", { type: "read" }],
    ["/unread", { type: "rooms" }],
    ["/forget kitchen", { type: "forget", room: "kitchen" }],
    ["/search #12 fox", { type: "search", text: "fox", before: 12 }],
    ["/history 20", { type: "history", limit: 20, fold: true }],
    ["/history 0", { type: "history", limit: 0, fold: true }],
    ["/leave", { type: "leave" }],
    ["/leave\r\n", { type: "leave" }],
    ["/help", { type: "help" }],
  ])("a user who types %j sends the frame of that command", (line, frame) => {
    expect(typed(line)).toEqual(frame);
  });

  test.each([
    ["/join", "Write: /join name [token]"],
    ["/join a b c", "Write: /join name [token]"],
    ["/history x", "Write: /history [number]"],
    ["/history -1", "Write: /history [number]"],
    ["/history 1.5", "Write: /history [number]"],
    ["/history 1e2", "Write: /history [number]"],
    ["/history 1 2", "Write: /history [number]"],
    ["/history 99999999999999999999", "Write: /history [number]"],
    ["/who bob", "Write: /who"],
    ["/leave now", "Write: /leave"],
    ["/help me", "Write: /help"],
  ])(
    "a user who types %j is told how the command is written",
    (line, usage) => {
      expect(typed(line)).toBe(usage);
    },
  );

  test.each([
    "/",
    "/nick bob",
    "/Who",
    "/joins",
    "//",
    "/constructor",
    "/quit",
    "/ROTATE secret",
  ])("a user who types %j uses no known command", (line) => {
    expect(typed(line)).toMatch(/Unknown command/);
  });

  test("a user finds every command in the help", () => {
    for (const command of ["join", "say", "who", "history", "leave"])
      expect(HELP.join("\n")).toContain(`/${command}`);
  });
});

describe("the end of a report", () => {
  test.each([
    ["/reports resolve 3", 3, "resolved"],
    ["/reports dismiss #12", 12, "dismissed"],
  ])("a moderator who types %j closes the report", (line, report, outcome) => {
    expect(typed(line)).toEqual({ type: "close_report", report, outcome });
  });

  test.each([
    ...["/reports resolve", "/reports resolve 0", "/reports resolve x"],
    ...["/reports close 3", "/reports resolve 3 4", "/reports toString 3"],
    "/reports 3",
  ])("a moderator who types %j is told the form", (line) => {
    expect(typed(line)).toBe(
      "Write: /reports, /reports resolve 3 or /reports dismiss 3",
    );
  });
});
