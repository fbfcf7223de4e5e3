// Scripts, against the real server: what goes in is delivered, what comes out can be read, and the exit code tells how it went.
import { expect, test } from "vitest";
import { freePort } from "../../hosts/dev-server.ts";
import { PipedProgram } from "../support/piped-program.ts";
import {
  temporaryConfig,
  uniqueName,
  uniqueRoom,
} from "../support/terminal-session.ts";

test.concurrent("what is piped in is said, line by line, and all of it is stored when it ends", async () => {
  const room = uniqueRoom();
  const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
  const listener = new PipedProgram([room, bob]);
  await listener.waitForLine(`you are ${bob} in ${room} (1 here)`);
  const lines = Array.from({ length: 20 }, (_, n) => `line ${n}`);
  const writer = new PipedProgram([room, alice])
    .writeLines(...lines, `@${bob} psst`)
    .endInput();
  expect(await writer.exitCode()).toBe(0);
  expect(writer.err).toEqual([]);
  // Its own words come out only on the other side.
  expect(writer.out).toEqual([`* you are ${alice} in ${room} (2 here)`]);
  await listener.waitForLine("psst");
  await listener.waitForLine("line 19");
  const heard = listener.out.filter((line) => line.startsWith(`${alice}: `));
  expect(heard).toEqual(lines.map((line) => `${alice}: ${line}`));
  expect(listener.out).toContain(`(private) ${alice}: psst`);
  listener.endInput();
  expect(await listener.exitCode()).toBe(0);
});

test.concurrent("--json: one object a line, in and out; each is told what became of it", async () => {
  const room = uniqueRoom();
  const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
  const listener = new PipedProgram([room, bob, "--json"]);
  await listener.waitForLine('"state":"connected"');
  const writer = new PipedProgram([room, alice, "--json"]).writeLines(
    JSON.stringify({ type: "message", text: "one line" }),
    JSON.stringify({ type: "message", text: "two\nlines", ref: 7 }),
    JSON.stringify({ type: "private", to: bob, text: "psst", ref: "p" }),
    JSON.stringify({
      type: "private",
      to: "nobody-has-this",
      text: "x",
      ref: 8,
    }),
    '{"type":"nonsense"}',
    "{not json",
    '{"type":"who"}',
  );
  writer.endInput();
  expect(await writer.exitCode()).toBe(1);
  expect(writer.objects).toEqual(
    expect.arrayContaining([
      { type: "state", state: "connected", room, username: alice },
      expect.objectContaining({ type: "ack", ref: 7, seq: 2 }),
      expect.objectContaining({
        type: "ack",
        ref: "p",
        to: bob,
        delivered: true,
      }),
      expect.objectContaining({
        type: "failed",
        ref: 8,
        to: "nobody-has-this",
        code: "no_such_user",
      }),
      expect.objectContaining({ type: "failed", code: "bad_request" }),
      { type: "members", members: [alice, bob], count: 2, more: false },
      expect.objectContaining({
        type: "message",
        text: "one line",
        mine: true,
      }),
    ]),
  );
  await listener.waitForLine("psst");
  await listener.waitForLine("two");
  expect(listener.objects).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        type: "message",
        username: alice,
        text: "two\nlines",
        seq: 2,
      }),
      expect.objectContaining({
        type: "private",
        username: alice,
        text: "psst",
      }),
      expect.objectContaining({ type: "joined", username: alice }),
    ]),
  );
  listener.endInput();
  expect(await listener.exitCode()).toBe(0);
});

test.concurrent("--json: whatever is not one whole object is refused, and nobody hears it", async () => {
  const room = uniqueRoom();
  const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
  const listener = new PipedProgram([room, bob, "--json"]);
  await listener.waitForLine('"state":"connected"');
  const broken = "psst\u2028the rest\u2029and more\u0085\v\fend";
  const told = { type: "private", to: bob, text: "psst", ref: 2 };
  const writer = new PipedProgram([room, alice, "--json"])
    .write("\ufeff")
    .writeLines(
      `{"type":"private","to":"${bob}","text":"psst\u2028the rest","ref":1}`,
      ...JSON.stringify(told, null, 2).split("\n"),
      "secret text",
      ` ${JSON.stringify({ type: "private", to: bob, text: "a" })} secret`,
      '"secret"',
      '["secret"]',
      "17",
      `@${bob} secret`,
      "/say secret",
      "\0secret",
      "\ufeffsecret",
      JSON.stringify({ type: "message", to: bob, text: "secret", ref: 3 }),
      '{"type":"message","toUser":"AAAAAAAAAAAAAAAA","text":"secret"}',
      JSON.stringify({
        type: "message",
        text: broken.replace(/[\u0085\v\f]/g, ""),
      }),
    )
    .write(Buffer.from([0x73, 0xff, 0x0a]))
    .write('{"type":"message","text":"secret"')
    .endInput();
  expect(await writer.exitCode()).toBe(1);
  const of = (type: string) =>
    writer.objects.filter((one) => one.type === type);
  // Six lines of the printed object, and each of the others.
  expect(of("failed")).toHaveLength(6 + 13);
  expect(of("failed")).toContainEqual(expect.objectContaining({ ref: 3 }));
  expect(JSON.stringify(of("failed"))).not.toContain("secret");
  expect(of("ack")).toHaveLength(2);
  expect(writer.err).toEqual([]);
  await listener.waitForLine("and more");
  const heard = listener.objects
    .filter(({ type }) => type === "message" || type === "private")
    .map(({ type, text }) => [type, text]);
  expect(heard.sort()).toEqual([
    ["message", "psst\u2028the rest\u2029and moreend"],
    ["private", "psst\u2028the rest"],
  ]);
  listener.endInput();
  expect(await listener.exitCode()).toBe(0);
});

test.concurrent("a line that is not surely plain text is refused in a pipe, and nobody hears it", async () => {
  const room = uniqueRoom();
  const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
  const listener = new PipedProgram([room, bob]);
  await listener.waitForLine("you are");
  const refused = [
    " /rotate secret",
    "\u00a0/join n secret",
    "\u3000\u200b/rotate secret",
    ` @${bob} secret`,
    `＠${bob} secret`,
    `@${bob}! secret`,
    `@${bob}： secret`,
    `@${bob}, @${alice} secret`,
    "／rotate secret",
    "/rotate secret",
    "/join n secret",
    `{"type":"private","to":"${bob}","text":"secret"}`,
    ` {"type":"private","to":"${bob}","text":"secret"}`,
    '  "text": "secret"',
    "}",
  ];
  const writer = new PipedProgram([room, alice])
    .writeLines(...refused, `@${bob} psst\u2028for bob`, "hello\u2028all")
    .write("/say @last line\r\n/who")
    .endInput();
  expect(await writer.exitCode()).toBe(1);
  expect(writer.err).toHaveLength(refused.length);
  expect(writer.err.join("\n")).not.toContain("secret");
  expect(writer.out).toContain(`* here: ${alice}, ${bob}`);
  await listener.waitForLine("@last line");
  await listener.waitForLine("  | for bob");
  await listener.waitForLine(`${alice} left`);
  // What is private has no place among what is said to all.
  const isPrivate = (line: string) => /^\(private\)| for bob$/.test(line);
  const heard = listener.out.filter((line) => !line.startsWith("* "));
  expect(heard.filter(isPrivate)).toEqual([
    `(private) ${alice}: psst`,
    "  | for bob",
  ]);
  expect(heard.filter((line) => !isPrivate(line))).toEqual([
    `${alice}: hello`,
    "  | all",
    `${alice}: @last line`,
  ]);
  listener.endInput();
  expect(await listener.exitCode()).toBe(0);
});

test.concurrent("a later run is told what came since the one before, and is the same person", async () => {
  const room = uniqueRoom();
  const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
  const config = temporaryConfig();
  const first = new PipedProgram([room, bob], { config }).endInput();
  expect(await first.exitCode()).toBe(0);
  const writer = new PipedProgram([room, alice])
    .writeLines("while bob was away")
    .endInput();
  expect(await writer.exitCode()).toBe(0);
  const second = new PipedProgram([room, bob], { config })
    .writeLines("here again")
    .endInput();
  expect(await second.exitCode()).toBe(0);
  expect(second.out).toContain(`${alice}: while bob was away`);
  const third = new PipedProgram([room, bob, "--history", "10", "--json"], {
    config,
  }).endInput();
  expect(await third.exitCode()).toBe(0);
  expect(third.objects).toContainEqual(
    expect.objectContaining({
      type: "message",
      text: "here again",
      mine: true,
    }),
  );
});

test.concurrent("what was refused is told on stderr, and makes the exit code 1", async () => {
  const script = new PipedProgram([uniqueRoom(), uniqueName("alice")])
    .writeLines("@nobody-has-this psst", "/what", "fine")
    .endInput();
  expect(await script.exitCode()).toBe(1);
  expect(script.err.sort()).toEqual([
    "! There is no command /what; /help lists them, /say sends any text.",
    "! psst: Nobody has this name.",
  ]);
});

test.concurrent("a name that somebody else has is refused: exit code 3, and why", async () => {
  const room = uniqueRoom();
  const alice = uniqueName("alice");
  const first = new PipedProgram([room, alice]);
  await first.waitForLine("you are");
  const second = new PipedProgram([room, alice])
    .writeLines("it is me")
    .endInput();
  expect(await second.exitCode()).toBe(3);
  expect(second.err.join("\n")).toContain("Somebody else has this name");
  const third = new PipedProgram(["no room", uniqueName("bob")]).endInput();
  expect(await third.exitCode()).toBe(3);
  expect(third.err.join("\n")).toContain("The room name is not valid");
});

test.concurrent("a server that is not there: exit code 4 in time, and what was not said is told and given up", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const config = temporaryConfig();
  const args = [uniqueRoom(), uniqueName("alice"), "--timeout", "1", "--json"];
  const script = new PipedProgram(args, { url, config })
    .writeLines(JSON.stringify({ type: "message", text: "hello?" }))
    .endInput();
  expect(await script.exitCode()).toBe(4);
  expect(script.objects).toContainEqual({
    type: "failed",
    text: "hello?",
    code: "closed",
    message: expect.any(String),
  });
});

test.concurrent("--stay listens on when there is nothing to say, until it is interrupted", async () => {
  const room = uniqueRoom();
  const alice = uniqueName("alice");
  const listener = new PipedProgram([
    room,
    uniqueName("bob"),
    "--stay",
  ]).endInput();
  await listener.waitForLine("you are");
  const writer = new PipedProgram([room, alice])
    .writeLines("are you there?")
    .endInput();
  expect(await writer.exitCode()).toBe(0);
  await listener.waitForLine(`${alice}: are you there?`);
  listener.interrupt();
  expect(await listener.exitCode()).toBe(130);
});

test.concurrent("a pipe has no colours and no escapes, whatever is said", async () => {
  const room = uniqueRoom();
  const listener = new PipedProgram([room, uniqueName("bob")], {
    env: { FORCE_COLOR: "1" },
  });
  await listener.waitForLine("you are");
  const writer = new PipedProgram([room, uniqueName("alice"), "--json"])
    .writeLines(
      JSON.stringify({ type: "message", text: "two\nlines\u200b\u00a0!" }),
    )
    .endInput();
  expect(await writer.exitCode()).toBe(0);
  await listener.waitForLine("  | lines\u00a0!");
  expect(listener.out.join("")).not.toMatch(/\p{Cc}|\p{Cf}/u);
  listener.endInput();
  await listener.exitCode();
});

test.concurrent("a wrong command line is told what is wrong: exit code 2", async () => {
  const script = new PipedProgram(["lobby"]).endInput();
  expect(await script.exitCode()).toBe(2);
  expect(script.err[0]).toBe("edge-chat: A room and a name are required.");
  expect(script.out).toEqual([]);
  const help = new PipedProgram(["--help"]).endInput();
  expect(await help.exitCode()).toBe(0);
  expect(help.out[0]).toContain("Usage: edge-chat ROOM NAME");
});

test.concurrent("/rotate changes the secret behind the name, which the next start has, and is told to nobody", async () => {
  const room = uniqueRoom();
  const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
  const listener = new PipedProgram([room, bob]);
  await listener.waitForLine("(1 here)");
  const config = temporaryConfig();
  const secret = "a-secret-of-22-characters";
  const given = { env: { EDGE_CHAT_TOKEN: "an-older-secret-of-the-script" } };
  const lines = ["/register", "/rotate"];
  const first = new PipedProgram([room, alice], { config })
    .writeLines(...lines)
    .endInput();
  expect([await first.exitCode(), first.err]).toEqual([0, []]);
  const second = new PipedProgram([room, alice], { config });
  second.writeLines(`/rotate ${secret}`, "hello").endInput();
  expect([await second.exitCode(), second.err]).toEqual([0, []]);
  const env = { EDGE_CHAT_TOKEN: secret };
  const third = new PipedProgram([room, alice], { env })
    .writeLines("again")
    .endInput();
  expect([await third.exitCode(), third.err]).toEqual([0, []]);
  const own = new PipedProgram([room, uniqueName("carl")], given)
    .writeLines("/rotate")
    .endInput();
  expect(await own.exitCode()).toBe(1);
  expect(own.err.join()).toContain("give the new one: /rotate token");
  await listener.waitForLine("again");
  for (const { out, err } of [listener, second, third])
    expect([...out, ...err].join()).not.toContain("secret-of");
});

test.concurrent("a wrong address is named: exit code 4, or 2 if it can be none", async () => {
  const room = uniqueRoom();
  const url = `http://127.0.0.1:${await freePort()}`;
  const nobody = new PipedProgram([room, "alice", "--timeout", "1"], { url });
  expect(await nobody.exitCode()).toBe(4);
  const where = `${url.replace("http", "ws")}/rooms/${room}`;
  expect(nobody.err[0]).toContain(`No connection to ${where}: ECONNREFUSED.`);
  const secret = new PipedProgram([room, "alice"], {
    url: "http://a:b@a.example",
  });
  expect(await secret.exitCode()).toBe(2);
  expect(secret.err[0]).toContain("without user, password, query or hash");
});
