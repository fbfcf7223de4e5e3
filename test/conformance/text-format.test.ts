// Text format: the lines that people read for each frame, and the lines that they may type.
import { describe, expect, test } from "vitest";
import { register } from "./support/attack.ts";
import { join, joinAll, joinText, leaveRoom } from "./support/members.ts";
import { person, secret, uniqueId, uniqueName } from "./support/people.ts";
import { connectText, type TextClient } from "./support/text-client.ts";

/** All unread lines so far. The server does not echo one's own messages. */
async function linesUnread(client: TextClient): Promise<string[]> {
  const nonsense = `/${uniqueId()}`;
  client.send(nonsense);
  const lines = await client.inbox.until(
    (line) => line.startsWith("! bad_request: "),
    "the error that ends what was unread",
  );
  return lines.slice(0, -1);
}

// One test for each server frame.
describe("what is read", () => {
  test("a user of the text format reads the welcome, and nothing else in an empty room", async () => {
    const room = uniqueName("lobby");
    const { name } = person("alice");
    const alice = await connectText(room, { query: { username: name } });
    await alice.line(`* you are ${name} in ${room} (1 here)`);
    expect(await linesUnread(alice)).toEqual([]);
    await join(room, person("carol"));
    const bob = await connectText(room, {
      query: { username: uniqueName("bob") },
    });
    await bob.lineLike(/^\* you are bob-\w+ in lobby-\w+ \(3 here\)$/);
  });

  test("a user of the text format reads the newest page", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    await alice.sendMessage("one");
    await alice.sendMessage("two\nlines");
    const bob = await joinText(room, person("bob"));
    expect(await linesUnread(bob)).toEqual([
      `#1 ${alice.name}: one`,
      `#2 ${alice.name}: two`,
      "  | lines",
    ]);
  });

  test("a user of the text format reads messages of one and of several lines", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    const bob = await joinText(room, person("bob"));
    await alice.sendMessage("hello");
    await bob.line(`${alice.name}: hello`);
    await alice.sendMessage("first\nsecond\n\nfourth");
    await bob.line(`${alice.name}: first`);
    await bob.line("  | second");
    await bob.lineLike(/^ {2}\|\s*$/);
    await bob.line("  | fourth");
  });

  test("a user of the text format reads private messages, and their own on other devices", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    const other = await joinText(uniqueName("attic"), alice.person);
    const bob = await joinText(uniqueName("kitchen"), person("bob"));
    await alice.sendPrivate(bob.name, "psst\nagain");
    await bob.line(`(private) ${alice.name}: psst`);
    await bob.line("  | again");
    await other.line(`(private) ${alice.name} to ${bob.name}: psst`);
    await other.line("  | again");
  });

  test("a user of the text format reads a private message that waited", async () => {
    const who = person("bob");
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", who);
    await register(bob);
    await leaveRoom(bob);
    await alice.sendPrivate(who.name, "psst");
    const back = await joinText(uniqueName("kitchen"), who);
    await back.line(`(private) ${alice.name}: psst`);
  });

  test("a user of the text format reads who joins and who leaves", async () => {
    const room = uniqueName("lobby");
    const alice = await joinText(room, person("alice"));
    const bob = await join(room, person("bob"));
    await alice.line(`* ${bob.name} joined`);
    await leaveRoom(bob);
    await alice.line(`* ${bob.name} left`);
  });

  test("a user of the text format reads the list of members", async () => {
    const room = uniqueName("lobby");
    const alice = await joinText(room, person("alice"));
    const bob = await join(room, person("bob"));
    alice.send("/who");
    const names = [alice.name, bob.name].sort();
    await alice.line(`* here: ${names.join(", ")}`);
  });

  test("a user of the text format reads an error in one line", async () => {
    const alice = await connectText(uniqueName("lobby"));
    alice.send("hello");
    await alice.lineLike(/^! not_joined: .+$/);
    expect(alice.frames).toHaveLength(1);
    expect(alice.frames[0]?.trimEnd()).not.toMatch(/\n/);
  });

  test("a user of the text format reads nothing of acks and of typing", async () => {
    const room = uniqueName("lobby");
    const alice = await joinText(room, person("alice"));
    const bob = await join(room, person("bob"));
    await alice.line(`* ${bob.name} joined`);
    for (let turn = 0; turn < 2; turn++)
      alice.send({ type: "message", text: "hello", id: "my-id" });
    alice.send(`@${bob.name} psst`);
    await bob.next("private");
    bob.send({ type: "typing" });
    await bob.sendMessage("done");
    expect(await alice.linesBefore(`${bob.name}: done`)).toEqual([]);
  });
});

// A client frame is a JSON object or a typed line.
describe("what is typed", () => {
  test("alice joins, sends, leaves and joins again by typing", async () => {
    const room = uniqueName("lobby");
    const [bob] = await joinAll(room, "bob");
    const { name } = person("alice");
    const alice = await connectText(room);
    alice.send(`/join ${name} ${secret()}`);
    await alice.line(`* you are ${name} in ${room} (2 here)`);
    await bob.next("joined", { username: name });
    alice.send("hello");
    expect((await bob.next("message")).text).toBe("hello");
    alice.send("/leave");
    await alice.line(`* you left ${room}`);
    await bob.next("left", { username: name });
    const other = uniqueName("alison");
    alice.send(`/join ${other}`);
    await alice.line(`* you are ${other} in ${room} (2 here)`);
  });

  test.for([
    ["hello", "hello"],
    ["hello\n", "hello"],
    ["hello\r\n", "hello"],
    ["two\nlines\n", "two\nlines"],
    ["[1,2]", "[1,2]"],
    ["hello @bob", "hello @bob"],
    ["either/or", "either/or"],
    ["/say hello", "hello"],
    ["/say /help", "/help"],
    ["/say @bob psst", "@bob psst"],
    ['/say {"type":"leave"}', '{"type":"leave"}'],
  ] as const)(
    "the room gets the typed line %j as %j",
    async ([typed, text]) => {
      const room = uniqueName("lobby");
      const [bob] = await joinAll(room, "bob");
      // A text with newlines stays several lines in either format.
      const alice = await joinText(room, person("alice"));
      const carol = await join(room, person("carol"));
      for (const client of [alice, carol]) {
        client.send(typed);
        const heard = await bob.next("message");
        expect(heard).toMatchObject({ text, username: client.name });
      }
    },
  );

  test("alice types /who and /history and gets the answers", async () => {
    const room = uniqueName("lobby");
    const [bob] = await joinAll(room, "bob");
    const alice = await joinText(room, person("alice"));
    for (const text of ["one", "two", "three"]) await bob.sendMessage(text);
    await alice.linesBefore(`${bob.name}: three`);
    alice.send("/history 2");
    expect(await linesUnread(alice)).toEqual([
      `#2 ${bob.name}: two`,
      `#3 ${bob.name}: three`,
    ]);
    alice.send("/history");
    expect(await linesUnread(alice)).toHaveLength(3);
    bob.send("/history 2");
    expect((await bob.next("history")).messages).toHaveLength(2);
    bob.send("/who");
    expect(await bob.next("members")).toHaveProperty("count", 2);
  });

  test("alice types /help and gets lines that look like nobody's message", async () => {
    const alice = await connectText(uniqueName("lobby"));
    alice.send("/help");
    await alice.lineLike(/^\* /);
    const name = uniqueName("alice");
    alice.send(`/join ${name}`);
    await alice.lineLike(/^\* you are /);
    for (const line of alice.inbox.seen) expect(line).toMatch(/^\* /);
  });

  test("alice types /help in a JSON connection and gets a frame of its own", async () => {
    const [alice] = await joinAll(uniqueName("lobby"), "alice");
    alice.send("/help");
    expect((await alice.next("help")).text).toMatch(/\/leave/);
  });

  test.for([
    "/nonsense",
    "/",
    "/say",
    "/say  ",
    "/join",
    "/history ten",
    "/history 0",
    "/history 201",
    "@",
    "@ psst",
    "@bob",
    "@bob,",
    "",
    "  ",
    "\n",
  ])("alice types %j and gets an error", async (typed) => {
    const [bob, alice] = await joinAll(uniqueName("lobby"), "bob", "alice");
    await alice.refused(
      typed,
      "bad_request",
      // A frame with an invalid name may have the error for names instead.
      ...(typed.startsWith("@") ? (["bad_username"] as const) : []),
      ...(typed === "/join" ? (["already_joined"] as const) : []),
    );
    expect(await bob.unread()).toEqual([]);
    await alice.next("message");
    await alice.sendMessage("still here");
  });

  test("alice may send JSON in the text format", async () => {
    const room = uniqueName("lobby");
    const [bob] = await joinAll(room, "bob");
    const alice = await joinText(room, person("alice"));
    alice.send({ type: "message", text: "by a program", id: "my-id" });
    expect(await bob.next("message")).toMatchObject({
      text: "by a program",
      id: "my-id",
    });
    alice.send({ type: "leave" });
    await alice.line(`* you left ${room}`);
  });
});
