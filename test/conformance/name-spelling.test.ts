// Name spelling: names in several scripts are accepted, and other texts are refused.
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import { join, joinAll, joinFrame } from "./support/members.ts";
import {
  person,
  secret,
  stranger,
  uniqueName,
  uniqueSuffix,
} from "./support/people.ts";
import { connectText } from "./support/text-client.ts";

// Letters, marks and digits of any script, `_`, `-` and `.`.
describe("fine names", () => {
  test.for(["李雷", "Zoë", "हिन्दी", "ไทยที่", "Ωμέγα", "عمر", "7of9", "a.b_c-d"])(
    "a user may be called %s",
    async (start) => {
      const room = uniqueName("lobby");
      const name = uniqueName(start);
      const [alice, other] = await joinAll(room, "alice", stranger(name));
      expect(other.welcome.username).toBe(name.normalize("NFKC"));
      await other.sendMessage("hello");
      expect((await alice.next("message")).username).toBe(
        name.normalize("NFKC"),
      );
      await alice.sendPrivate(name, "psst");
      await other.next("private", { text: "psst" });
      alice.send(`@${name}: psst again`);
      await other.next("private", { text: "psst again" });
    },
  );

  test("a name may have 32 characters, or one", async () => {
    const end = uniqueSuffix();
    const long = `${"a".repeat(32 - end.length)}${end}`;
    const { welcome } = await join(uniqueName("lobby"), stranger(long));
    expect(welcome.username).toBe(long);
  });
});

describe("what is no name", () => {
  test.for([
    ["nothing", ""],
    ["a blank", " "],
    ["two words", "bob smith"],
    ["a hyphen first", "-bob"],
    ["a dot first", ".bob"],
    ["an underscore first", "_bob"],
    ["a mark first", "\u0308bob"],
    ["a dot last", "bob."],
    ["a slash", "bob/alice"],
    ["an at sign", "@bob"],
    ["a colon", "bob:"],
    ["a comma", "bob,"],
    ["an asterisk", "*bob"],
    ["brackets", "<b>bob"],
    ["a newline", "bob\nalice: hi"],
    ["a line separator", "bob\u2028alice"],
    ["a zero-width joiner", "bo\u200db"],
    ["a bidi override", "\u202ebob"],
    ["a control", "bob\u0007"],
    ["an emoji", "😀"],
    ["a lone surrogate", "bob\ud800"],
    ["33 characters", "b".repeat(33)],
    ["34 characters after NFKC", "ﬁ".repeat(17)],
    ["a key of every object", "__proto__"],
  ] as const)("a user cannot be called %s", async ([, username]) => {
    const client = await connect(uniqueName("lobby"));
    const frame = { type: "join", username, token: secret() };
    const failure = await client.refused(frame, "bad_username", "bad_request");
    // A well-formed text that is no name has its own error code.
    if (username.isWellFormed()) expect(failure.code).toBe("bad_username");
    const who = person("bob");
    client.send(joinFrame(who));
    await client.next("welcome", { username: who.name });
  });

  test("a bad name in the URL gets an error frame and then a close", async () => {
    const room = uniqueName("lobby");
    const client = await connect(room, { query: { username: "-bob" } });
    await client.next("error", { code: "bad_username" });
    expect(await client.closed()).toHaveProperty("code", 4500);
    const inText = await connectText(room, { query: { username: "-bob" } });
    await inText.lineLike(/^! bad_username: /);
    expect(await inText.closed()).toHaveProperty("code", 4500);
  });
});
