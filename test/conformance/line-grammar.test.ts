// Line grammar: an unclear line is refused with advice for its sender, and no other user sees it.
import { describe, expect, test } from "vitest";
import { expectUndisturbed, joinAll, joinText } from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";

const SECRET = "my-secret-of-22-characters";

describe("whatever was meant for one is not said to all", () => {
  test.for([
    " /rotate SECRET",
    "\t/join n SECRET",
    "\u00a0/rotate SECRET",
    "\u3000/rotate SECRET",
    "\u200b/rotate SECRET",
    "\u2066/rotate SECRET",
    "\ufeff/join n SECRET",
    "\n/rotate SECRET",
    "\u2028/rotate SECRET",
    "\u3164/rotate SECRET",
    "/ROTATE SECRET",
    "/rotateSECRET",
    "/ rotate SECRET",
    "／rotate SECRET",
    "、rotate SECRET",
    "\\rotate SECRET",
    "> /rotate SECRET",
    '"/rotate SECRET"',
    " @bob SECRET",
    "\u200b@bob SECRET",
    "＠bob SECRET",
    "@bob! SECRET",
    "@bob： SECRET",
    "@bob，SECRET",
    "@bob:SECRET",
    "@ bob SECRET",
    '"@bob SECRET"',
    "(@bob SECRET)",
    "@ann, @bob SECRET",
    "@ann and @bob: SECRET",
    "@ann,@bob SECRET",
    ' {"type":"private","to":"bob","text":"SECRET"}',
    '\ufeff{"type":"private","to":"bob","text":"SECRET"}',
    '"{\\"type\\":\\"private\\",\\"text\\":\\"SECRET\\"}"',
    '[{"type":"private","to":"bob","text":"SECRET"}]',
    '  "text": "SECRET"',
    '"text": "SECRET",',
    '  "SECRET"',
    'SECRET","ref":1}',
    "}",
    "1. @bob SECRET",
    "👍 @bob SECRET",
    "user@host:~$ @bob SECRET",
    "12:04 (private) bob: SECRET",
    "oops /rotate SECRET",
    "rotate: SECRET",
    "PASS SECRET",
    "msg bob SECRET",
    "Authorization: Bearer SECRET",
    "\u30cerotate SECRET",
    "ⓐbob SECRET",
    '{"type":"message","to":"bob","text":"SECRET"}',
    '{"type":"message","toUser":"AAAAAAAAAAAAAAAA","text":"SECRET"}',
  ])(
    "a line like %j that may be meant for one user is not sent to the room",
    async (line) => {
      const [mallory, alice, bob] = await joinAll(
        uniqueName("lobby"),
        ...["mallory", "alice", "bob"],
      );
      const typed = line
        .replace("SECRET", SECRET)
        .replace("@bob", `@${bob.name}`)
        .replace("@ann", `@${alice.name}`);
      const failure = await mallory.refused(
        typed,
        "bad_request",
        "bad_username",
      );
      expect(failure.message).not.toContain(SECRET);
      await expectUndisturbed(alice, bob);
      await mallory.sendMessage("still here");
    },
  );
});

describe("surely plain text is said as it stands", () => {
  test.for([
    "  hello",
    "hello @bob",
    "hello\n/rotate it",
    "hello\n@bob psst",
    "./run.sh fails",
    ":/ that is bad",
    "see /rotate for details",
    "10:30 meeting",
    "[1,2]",
    '"hello"',
  ])("the room gets the line %j unchanged", async (line) => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    alice.send(line);
    await bob.next("message", { text: line });
  });

  test.for([
    ["/say @bob psst", "@bob psst"],
    ["/say  /rotate it", " /rotate it"],
    ["/say ＠bob", "＠bob"],
  ] as const)(
    "the room gets the rest of %j unchanged",
    async ([line, text]) => {
      const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
      alice.send(line);
      await bob.next("message", { text });
    },
  );

  test.for(["/rotate it", " @bob psst", '{"type":"leave"}', "＠bob"])(
    "the room gets %j unchanged from the frame of a program",
    async (text) => {
      const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
      await alice.sendMessage(text);
      await bob.next("message", { text });
    },
  );
});

test("a line break of two characters within a message arrives as one", async () => {
  const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
  alice.send("one\r\ntwo");
  await bob.next("message", { text: "one\ntwo" });
});

test("a user sends a text unchanged to one user with /msg", async () => {
  const room = uniqueName("lobby");
  const [bob, eve] = await joinAll(room, "bob", "eve");
  const alice = await joinText(room, person("alice"));
  const text = "@carol, @dave: /who {";
  alice.send(`/msg ${bob.name} ${text}`);
  alice.send(`/msg @${bob.name} again`);
  await bob.next("private", { text });
  await bob.next("private", { text: "again" });
  alice.send("done");
  await eve.next("joined");
  expect(await eve.next("message")).toHaveProperty("text", "done");
});

test("a user of the text format gets an explanation in one line that repeats nothing", async () => {
  const room = uniqueName("lobby");
  const [bob] = await joinAll(room, "bob");
  const alice = await joinText(room, person("alice"));
  alice.send(` /rotate ${SECRET}`);
  await alice.lineLike(/^! bad_request: .+$/);
  expect(alice.frames.join("\n")).not.toContain(SECRET);
  await bob.next("joined");
  expect(await bob.unread()).toEqual([]);
});
