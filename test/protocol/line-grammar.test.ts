// Line grammar: only a line that is surely plain text goes to the room, however it is disguised.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCommand } from "../../src/cli/commands.ts";
import { COMMAND_WORDS, readLine } from "../../src/protocol/line-grammar.ts";
import { readTypedLine } from "../../src/protocol/typed-line.ts";
import { isVisible } from "../../src/protocol/visible-text.ts";

const SECRET = "my-secret-of-22-characters";
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
const SECRETS = ["/rotate SECRET", "/join n SECRET", "@bob psst", '{"a":1}'];

describe("surely plain text", () => {
  test.for([
    "hello",
    "  hello",
    "\u3000你好",
    "\ufeffhello",
    "hello @bob",
    "hello /rotate x",
    "hello\n/rotate x",
    "hello\n@bob psst",
    "either/or",
    "http://example.com/",
    "./run.sh fails",
    ":/ that is bad",
    "¯\\_(ツ)_/¯",
    "\\o/",
    "3/4 are done",
    ...["write to alice.smith-of-the-team@example.com", "1/2", "a @bob b"],
    ...["hey @bob how are you", "see /rotate for details", "> see @bob"],
    ...["- list", "10:30 meeting", "1. first", "(╯°□°)╯︵ ┻━┻", "👍", ":wave:"],
    ...["see https://example.com/rotate/a-very-long-path", "3 > 2", "10/10"],
    ...["join us at https://meet.example.com/a-long-room", "rotate it"],
    ...["please register alice.smith@example.com", "tell bob I am late"],
    ...["PASS src/protocol/line-grammar.test.ts", "login failed", "a.b"],
    ...["pass responsibilities on", "the token: it is long", "w bob"],
    ...["const token = getTokenFromStorage();", "token = process.env.TOKEN_X"],
    ...["the bearer of responsibilities", "usage: /say text", "lunch @ 5"],
    ...["ノートを書く", "丿は部首", "ノ help", "ⓐ", "x / y", "6 @ 5", "a -> b"],
    ...["Auth: https://auth0.example/docs", "login: al1ce@example.com"],
    ...["a secret handshake-2-step", "rotate: 180deg", "cc @bob", "thx @bob"],
    ...["msg me later", "Nov 28 is fine", "in May 3 of us", "100%40 x"],
    ...["no 1 knows", "the authorization: basic", "I am al@mac.example ok"],
    ...["12:04 alice came", "alice> hello", "bob: hello", "$ ls /var/log"],
    ...["cd ~/src && npm run rotate", "the --token option", "msg", "PRIVMSG"],
    "“hello” he said",
    '"hello"',
    "[1,2]",
    'x = {"a":1}',
    "-1",
    "...",
    "",
    "   ",
  ])("the line %j of a user is plain text", (line) => {
    expect(readLine(line)).toEqual({ kind: "text", text: line });
  });
});

test("a line break of two characters in a user's line is one", () => {
  expect(readLine("one\r\ntwo\r\n")).toEqual({
    kind: "text",
    text: "one\ntwo",
  });
  expect(readLine("@bob one\r\ntwo")).toHaveProperty("text", "one\ntwo");
});

describe("not surely plain text", () => {
  test.for([
    ["/rotate: SECRET", "command"],
    ["/rotateSECRET", "command"],
    ["/ROTATE SECRET", "command"],
    ["/ rotate SECRET", "command"],
    ["//rotate SECRET", "command"],
    ["／rotate SECRET", "lookalike"],
    ["∕rotate SECRET", "lookalike"],
    ["、rotate SECRET", "prefix"],
    ["\\rotate SECRET", "prefix"],
    ['"/rotate SECRET"', "prefix"],
    ["> /rotate SECRET", "prefix"],
    ["$ /Rotate SECRET", "prefix"],
    ["➜ /rotate SECRET", "prefix"],
    ["🔒 /rotate SECRET", "prefix"],
    ["\n/rotate SECRET", "prefix"],
    ["＠bob psst", "lookalike"],
    ["﹫bob psst", "lookalike"],
    ['"@bob psst"', "prefix"],
    ["> @bob psst", "prefix"],
    ["!@bob psst", "prefix"],
    ["(@ bob psst)", "prefix"],
    ["@bob! my secret", "name"],
    ["@bob： psst", "name"],
    ["@bob，你好", "address"],
    ["@bob:psst", "address"],
    ["@ bob psst", "address"],
    ["@@bob psst", "name"],
    ["@bob", "address"],
    ["@bob ", "noText"],
    ["@ann, @ben can you both look?", "several"],
    ["@ann @ben hi", "several"],
    ["@ann,@ben hi", "several"],
    ["@ann and @ben, hi", "several"],
    ["@ann 和 ＠ben 你好", "several"],
    ["@ann (@ben knows) hi", "several"],
    ["｛“type”:1｝", "lookalike"],
    ['[{"type":"private"}]', "json"],
    ['"{\\"type\\":\\"private\\"}"', "json"],
    ['the rest","ref":1}', "json"],
    ["  text: 'psst',", "json"],
    ['["@bob psst"]', "prefix"],
    ...[
      ...["1. @bob psst", "1) @bob psst", "(1) /rotate S", "a. /rotate S"],
      ...["1、@bob psst", "① @bob psst", "[x] @bob psst", "- [ ] @bob psst"],
      ...["iv) @bob psst", "1. @bob looks at it", "1 /rotate S", "12 @bob x"],
      ...["alice> /rotate S", "user@host:~$ /rotate S", "PS C:\\> /rotate S"],
      ...["(venv) me@host:~/src$ /rotate S", "[me@host ~]$ /rotate S"],
      ...["root@host:/etc# /join n S", "alice | > @bob psst", "<al> @bob x"],
      ...["bob | > /rotate S", "12:04 /rotate S", "12:04:09 @bob psst"],
      ...[
        "2026-11-28T12:04:05Z @bob psst",
        "[12:04] @bob psst",
        "9:05 pm @bob x",
      ],
      ...["Nov 28 12:04 @bob x", "下午12:04 @bob x", "12h04 @bob x"],
      ...["No. 1 @bob x", "第1 @bob x", "一、@bob x", "step 1 /join n S"],
      ...["al@mac ~ % @bob x", "al@mac:~ $ @bob x", "In [1]: @bob x"],
      ...["➜  src git:(main) ✗ @bob x", "12:04 alice> @bob x", "mysql> @bob x"],
      ...["12:04 (private) bob: psst", "(private) to bob: psst"],
      ...[
        "✗ 1 @bob psst",
        "● @bob psst",
        "👍 @bob",
        "👍🏽 @bob x",
        "🇩🇪 @bob x",
      ],
      ...["1️⃣ @bob psst", "👨‍👩‍👧 @bob x", ":wave: @bob psst", "→ @bob psst"],
      ...["⬇️ /msg bob x", "me: /rotate S", "␠@bob psst", "1/2 @bob psst"],
      ...[
        ..."\u1735\u2041\u3033\u30ce\uff89\u4e3f\u2cc6\u{1d23a}\u2f03\u31d3\u29f6\u2afb\u2afd\u2e4a",
      ].map((slash) => `${slash}rotate S`),
    ].map((line) => [line, "prefix"] as const),
    ["ⓐbob psst", "lookalike"],
    ["🅐bob psst", "lookalike"],
    ["%40bob psst", "lookalike"],
    ["&#64;bob psst", "lookalike"],
    ["\\u0040bob psst", "lookalike"],
    ["%2Frotate S", "lookalike"],
    ...[
      ...["rotate SECRET", "rotate: SECRET", "ROTATE SECRET", ".rotate SECRET"],
      ...[
        "!rotate SECRET",
        ":rotate SECRET",
        "x/rotate SECRET",
        "rotate:SECRET",
      ],
      ...["oops /rotate SECRET", "I meant rotate SECRET", "join alice SECRET"],
      ...["oops /join alice SECRET", "please /register SECRET", "PASS SECRET"],
      ...["IDENTIFY SECRET", "/ns identify SECRET".slice(1), "AUTH SECRET"],
      ...["PASS hunter2hunter2", "pass hunter22", "PRIVMSG bob :psst"],
      ...["msg bob my secret", "msg @bob psst", "!msg bob psst", ".w bob psst"],
      ...["access_token=SECRET", "EDGE_CHAT_TOKEN=SECRET", "newToken: SECRET"],
      ...["rotate to SECRET", "rotate -> SECRET", "my token SECRET"],
      ...["Authorization: Basic YTpi", "PRIVMSG NickServ :IDENTIFY x"],
      ...["--token SECRET", "edge-chat --token=SECRET", "token: SECRET"],
      ...['"secret"="SECRET"', "my password: SECRET", "密码：SECRET"],
      ...["Bearer SECRET", "Authorization: Bearer SECRET", "JWT", "it is JWT"],
      ...["hello\nJWT", "see https://example.com/?t=JWT"],
    ].map((line) => [line, "secret"] as const),
  ] as const)(
    "the line %j of a user is not surely plain text",
    ([written, reason]) => {
      const line = written.replace("SECRET", SECRET).replace("JWT", JWT);
      expect(readLine(line)).toMatchObject({ kind: "unclear", reason });
    },
  );

  test("the first user who is addressed in a line is known where that is sure", () => {
    expect(readLine("@ann, @ben hi")).toHaveProperty("to", "ann");
    expect(readLine("@bob: ")).toHaveProperty("to", "bob");
    // More characters may follow the name.
    expect(readLine("@bob")).toHaveProperty("to", null);
  });

  test("the name of a second user further on is a part of the text", () => {
    const text = "psst, @carol";
    expect(readLine(`@bob ${text}`)).toEqual({
      kind: "private",
      to: "bob",
      text,
    });
  });
});

const unseen = fc.constantFrom(
  ...[" ", "\t", "\r", "\n", "\0", "\u001b", "\u007f", "\u0085", "\u00a0"],
  ...["\u00ad", "\u034f", "\u061c", "\u115f", "\u180e", "\u2000", "\u200b"],
  ...["\u200d", "\u200e", "\u2028", "\u2029", "\u202e", "\u202f", "\u2060"],
  ...["\u2066", "\u2800", "\u3000", "\u3164", "\ufe0f", "\ufeff", "\uffa0"],
  ...["\ufffd", "\u{e0041}", "\u0301", "\ud800", "\ue000"],
);

test("a line of a user with an invisible character before a command is refused", () => {
  const prefix = fc.string({ unit: unseen, minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(prefix, fc.constantFrom(...SECRETS), (blank, line) => {
      expect(readLine(blank + line)).toMatchObject({
        kind: "unclear",
        reason: "prefix",
      });
    }),
  );
});

test("a line of a user with marks and blanks before a command is refused", () => {
  const marks = fc.constantFrom(...`"'\`([<>-*!.,:;#$%&~|+=^“‘«、。（「¿`);
  const prefix = fc.string({ unit: fc.oneof(marks, unseen), maxLength: 6 });
  const word = fc.constantFrom(...COMMAND_WORDS);
  const line = fc.oneof(
    word.map((known) => `/${known} SECRET`),
    fc.constant("@bob psst"),
  );
  fc.assert(
    fc.property(prefix, line, (before, meant) => {
      fc.pre(before !== "");
      expect(readLine(before + meant).kind).toBe("unclear");
    }),
  );
});

test("no line of a user's frame that was printed over several lines is plain text", () => {
  const frame = fc.record(
    {
      type: fc.constant("private"),
      to: fc.string(),
      text: fc.string({ unit: "binary" }),
      ref: fc.oneof(fc.integer(), fc.string()),
      more: fc.array(fc.oneof(fc.string(), fc.integer(), fc.boolean())),
    },
    { requiredKeys: ["type", "to", "text"] },
  );
  const indent = fc.constantFrom(1, 2, 4, 8, "\t");
  fc.assert(
    fc.property(frame, indent, (object, space) => {
      for (const line of JSON.stringify(object, null, space).split("\n"))
        expect(readLine(line).kind, line).toBe("unclear");
    }),
  );
});

test("the text of a user is sent as it stands or not at all", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (line) => {
      const read = readLine(line);
      if (read.kind === "text")
        expect(line.replaceAll("\r\n", "\n").startsWith(read.text)).toBe(true);
      if (/^[@/{]/.test(line)) expect(read.kind).not.toBe("text");
    }),
  );
});

/** Lines at the edge of the grammar. */
const near = fc
  .array(
    fc.oneof(
      unseen,
      fc.constantFrom(
        ...["@", "/", "{", "＠", "／", "bob", "ann", "rotate", "say ", "msg "],
        ...[" ", ",", ":", "：", '"', "}", "\n", "hello", "and", "!"],
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

test("the server and the terminal understand a user's line in the same way", () => {
  fc.assert(
    fc.property(near, (line) => {
      const typed = readTypedLine(line);
      const command = parseCommand(line);
      const frame = "frame" in typed ? typed.frame : {};
      if (frame.type === "message" || frame.type === "private") {
        // An empty text, which the schema refuses.
        if (!isVisible(String(frame.text))) return;
        const { type, ...rest } = frame;
        expect(command).toEqual({ kind: type, ...rest });
      } else expect(["message", "private"]).not.toContain(command.kind);
    }),
    { numRuns: 1000 },
  );
});
