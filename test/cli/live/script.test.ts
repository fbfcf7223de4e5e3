// Scripts: test the program in pipes against a real server, with its input, output and exit codes.
import { expect, test } from "vitest";
import { freePort } from "../../hosts/dev-server.ts";
import { PipedProgram } from "../support/piped-program.ts";
import {
  temporaryConfig,
  uniqueName,
  uniqueRoom,
} from "../support/terminal-session.ts";

test.concurrent("a script's lines are sent in order, and all are stored before it ends", async () => {
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
  // A script's own messages are printed only by the other side.
  expect(writer.out).toEqual([`* you are ${alice} in ${room} (2 here)`]);
  await listener.waitForLine("psst");
  await listener.waitForLine("line 19");
  const heard = listener.out.filter((line) => line.startsWith(`${alice}: `));
  expect(heard).toEqual(lines.map((line) => `${alice}: ${line}`));
  expect(listener.out).toContain(`(private) ${alice}: psst`);
  listener.endInput();
  expect(await listener.exitCode()).toBe(0);
});

test.concurrent("--json reads and writes one object per line, and answers each one", async () => {
  const room = uniqueRoom();
  const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
  const listener = new PipedProgram([room, bob, "--json"]);
  await listener.waitForLine('"state":"connected"');
  const writer = new PipedProgram([room, alice, "--json"]).writeLines(
    JSON.stringify({ type: "message", text: "one line" }),
    JSON.stringify({ type: "message", text: "two\nlines", ref: 7, data: 7 }),
    JSON.stringify({
      ...{ type: "private", to: bob, text: "psst", ref: "p" },
      data: { secret: true },
    }),
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
        data: 7,
        seq: 2,
      }),
      expect.objectContaining({
        type: "private",
        username: alice,
        text: "psst",
        data: { secret: true },
      }),
      expect.objectContaining({ type: "joined", username: alice }),
    ]),
  );
  listener.endInput();
  expect(await listener.exitCode()).toBe(0);
});

test.concurrent("--json refuses every line that is not one whole object, and sends nothing of it", async () => {
  const room = uniqueRoom();
  const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
  const listener = new PipedProgram([room, bob, "--json"]);
  await listener.waitForLine('"state":"connected"');
  const broken = "psst\u2028the rest\u2029and more\u0085\v\fend";
  const privateFrame = { type: "private", to: bob, text: "psst", ref: 2 };
  const writer = new PipedProgram([room, alice, "--json"])
    .write("\ufeff")
    .writeLines(
      `{"type":"private","to":"${bob}","text":"psst\u2028the rest","ref":1}`,
      ...JSON.stringify(privateFrame, null, 2).split("\n"),
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
  // Six lines of the formatted object, and one of each other line.
  expect(of("failed")).toHaveLength(6 + 13);
  expect(of("failed")).toContainEqual(expect.objectContaining({ ref: 3 }));
  expect(JSON.stringify(of("failed"))).not.toContain("secret");
  expect(of("ack")).toHaveLength(2);
  expect(writer.err).toEqual([]);
  await listener.waitForLine("and more");
  await listener.waitForLine("psst");
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

test.concurrent("a pipe refuses lines that are not clearly plain text, and sends nothing of them", async () => {
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
  // A private text must not stand among the messages of the room.
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

test.concurrent("a later run of a script receives what it missed, and has the same name", async () => {
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

test.concurrent("a refused message is reported on stderr, and the exit code is 1", async () => {
  const script = new PipedProgram([uniqueRoom(), uniqueName("alice")])
    .writeLines("@nobody-has-this psst", "/what", "fine")
    .endInput();
  expect(await script.exitCode()).toBe(1);
  expect(script.err.sort()).toEqual([
    "! There is no command /what; /help lists them, /say sends any text.",
    "! psst: Nobody has this name.",
  ]);
});

test.concurrent("a name that another user has ends the script with exit code 3", async () => {
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

test.concurrent("a script without a server ends in time with exit code 4, and discards its messages", async () => {
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

test.concurrent("--stay receives messages after the end of the input, until it is interrupted", async () => {
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

test.concurrent("a pipe contains no colours and no escapes, whatever a user sends", async () => {
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

test.concurrent("a wrong command line is explained, and the exit code is 2", async () => {
  const script = new PipedProgram(["lobby"]).endInput();
  expect(await script.exitCode()).toBe(2);
  expect(script.err[0]).toBe("edge-chat: A room and a name are required.");
  expect(script.out).toEqual([]);
  const help = new PipedProgram(["--help"]).endInput();
  expect(await help.exitCode()).toBe(0);
  expect(help.out[0]).toContain("Usage: edge-chat ROOM NAME");
});

test.concurrent("a user whose pipe reads no more, as head does, gets no stack trace", async () => {
  const help = new PipedProgram(["--help"]).closeOutput().endInput();
  expect(await help.exitCode()).toBe(1);
  expect(help.err).toEqual([]);
});

test.concurrent("/rotate changes the secret for the next start, and shows it to nobody", async () => {
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

test.concurrent("a wrong address is named: exit code 4, or 2 if it is no address", async () => {
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
