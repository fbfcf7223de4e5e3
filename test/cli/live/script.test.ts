// Scripts, against the real server: what goes in is delivered, what comes out can be read, and the exit code tells how it went.
import { expect, test } from "vitest";
import { freePort } from "../../hosts/dev-server.ts";
import { freshConfig, freshRoom, nameOf } from "./desk.ts";
import { Piped } from "./script.ts";

test.concurrent("what is piped in is said, line by line, and all of it is stored when it ends", async () => {
  const room = freshRoom();
  const [alice, bob] = [nameOf("alice"), nameOf("bob")];
  const ear = new Piped([room, bob]);
  await ear.hears(`you are ${bob} in ${room} (1 here)`);
  const lines = Array.from({ length: 20 }, (_, n) => `line ${n}`);
  const mouth = new Piped([room, alice]).say(...lines, `@${bob} psst`).end();
  expect(await mouth.ended()).toBe(0);
  expect(mouth.err).toEqual([]);
  // Its own words come out only on the other side.
  expect(mouth.out).toEqual([`* you are ${alice} in ${room} (2 here)`]);
  await ear.hears("psst");
  await ear.hears("line 19");
  const heard = ear.out.filter((line) => line.startsWith(`${alice}: `));
  expect(heard).toEqual(lines.map((line) => `${alice}: ${line}`));
  expect(ear.out).toContain(`(private) ${alice}: psst`);
  ear.end();
  expect(await ear.ended()).toBe(0);
});

test.concurrent("--json: one object a line, in and out; each is told what became of it", async () => {
  const room = freshRoom();
  const [alice, bob] = [nameOf("alice"), nameOf("bob")];
  const ear = new Piped([room, bob, "--json"]);
  await ear.hears('"state":"live"');
  const mouth = new Piped([room, alice, "--json"]).say(
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
  mouth.end();
  expect(await mouth.ended()).toBe(1);
  expect(mouth.objects).toEqual(
    expect.arrayContaining([
      { type: "state", state: "live", room, username: alice },
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
  await ear.hears("psst");
  await ear.hears("two");
  expect(ear.objects).toEqual(
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
  ear.end();
  expect(await ear.ended()).toBe(0);
});

test.concurrent("--json: whatever is not one whole object is refused, and nobody hears it", async () => {
  const room = freshRoom();
  const [alice, bob] = [nameOf("alice"), nameOf("bob")];
  const ear = new Piped([room, bob, "--json"]);
  await ear.hears('"state":"live"');
  const broken = "psst\u2028the rest\u2029and more\u0085\v\fend";
  const told = { type: "private", to: bob, text: "psst", ref: 2 };
  const mouth = new Piped([room, alice, "--json"])
    .write("\ufeff")
    .say(
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
    .end();
  expect(await mouth.ended()).toBe(1);
  const of = (type: string) => mouth.objects.filter((one) => one.type === type);
  // Six lines of the printed object, and each of the others.
  expect(of("failed")).toHaveLength(6 + 13);
  expect(of("failed")).toContainEqual(expect.objectContaining({ ref: 3 }));
  expect(JSON.stringify(of("failed"))).not.toContain("secret");
  expect(of("ack")).toHaveLength(2);
  expect(mouth.err).toEqual([]);
  await ear.hears("and more");
  const heard = ear.objects
    .filter(({ type }) => type === "message" || type === "private")
    .map(({ type, text }) => [type, text]);
  expect(heard.sort()).toEqual([
    ["message", "psst\u2028the rest\u2029and moreend"],
    ["private", "psst\u2028the rest"],
  ]);
  ear.end();
  expect(await ear.ended()).toBe(0);
});

test.concurrent("a line that is not surely plain text is refused in a pipe, and nobody hears it", async () => {
  const room = freshRoom();
  const [alice, bob] = [nameOf("alice"), nameOf("bob")];
  const ear = new Piped([room, bob]);
  await ear.hears("you are");
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
  const mouth = new Piped([room, alice])
    .say(...refused, `@${bob} psst\u2028for bob`, "hello\u2028all")
    .write("/say @last line\r\n/who")
    .end();
  expect(await mouth.ended()).toBe(1);
  expect(mouth.err).toHaveLength(refused.length);
  expect(mouth.err.join("\n")).not.toContain("secret");
  expect(mouth.out).toContain(`* here: ${alice}, ${bob}`);
  await ear.hears("@last line");
  await ear.hears("  | for bob");
  await ear.hears(`${alice} left`);
  // What is private has no place among what is said to all.
  const isPrivate = (line: string) => /^\(private\)| for bob$/.test(line);
  const heard = ear.out.filter((line) => !line.startsWith("* "));
  expect(heard.filter(isPrivate)).toEqual([
    `(private) ${alice}: psst`,
    "  | for bob",
  ]);
  expect(heard.filter((line) => !isPrivate(line))).toEqual([
    `${alice}: hello`,
    "  | all",
    `${alice}: @last line`,
  ]);
  ear.end();
  expect(await ear.ended()).toBe(0);
});

test.concurrent("a later run is told what came since the one before, and is the same person", async () => {
  const room = freshRoom();
  const [alice, bob] = [nameOf("alice"), nameOf("bob")];
  const config = freshConfig();
  const first = new Piped([room, bob], { config }).end();
  expect(await first.ended()).toBe(0);
  const mouth = new Piped([room, alice]).say("while bob was away").end();
  expect(await mouth.ended()).toBe(0);
  const second = new Piped([room, bob], { config }).say("here again").end();
  expect(await second.ended()).toBe(0);
  expect(second.out).toContain(`${alice}: while bob was away`);
  const third = new Piped([room, bob, "--history", "10", "--json"], {
    config,
  }).end();
  expect(await third.ended()).toBe(0);
  expect(third.objects).toContainEqual(
    expect.objectContaining({
      type: "message",
      text: "here again",
      mine: true,
    }),
  );
});

test.concurrent("what was refused is told on stderr, and makes the exit code 1", async () => {
  const script = new Piped([freshRoom(), nameOf("alice")])
    .say("@nobody-has-this psst", "/what", "fine")
    .end();
  expect(await script.ended()).toBe(1);
  expect(script.err.sort()).toEqual([
    "! There is no /what; /help lists what there is, /say says anything.",
    "! psst: Nobody has this name.",
  ]);
});

test.concurrent("a name that somebody else has is refused: exit code 3, and why", async () => {
  const room = freshRoom();
  const alice = nameOf("alice");
  const first = new Piped([room, alice]);
  await first.hears("you are");
  const second = new Piped([room, alice]).say("it is me").end();
  expect(await second.ended()).toBe(3);
  expect(second.err.join("\n")).toContain("Somebody else has this name");
  const third = new Piped(["no room", nameOf("bob")]).end();
  expect(await third.ended()).toBe(3);
  expect(third.err.join("\n")).toContain("No room has that name");
});

test.concurrent("a server that is not there: exit code 4 in time, and what was not said is told and given up", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const config = freshConfig();
  const args = [freshRoom(), nameOf("alice"), "--timeout", "1", "--json"];
  const script = new Piped(args, { url, config })
    .say(JSON.stringify({ type: "message", text: "hello?" }))
    .end();
  expect(await script.ended()).toBe(4);
  expect(script.objects).toContainEqual({
    type: "failed",
    text: "hello?",
    code: "closed",
    message: expect.any(String),
  });
});

test.concurrent("--stay listens on when there is nothing to say, until it is interrupted", async () => {
  const room = freshRoom();
  const alice = nameOf("alice");
  const ear = new Piped([room, nameOf("bob"), "--stay"]).end();
  await ear.hears("you are");
  const mouth = new Piped([room, alice]).say("are you there?").end();
  expect(await mouth.ended()).toBe(0);
  await ear.hears(`${alice}: are you there?`);
  ear.interrupt();
  expect(await ear.ended()).toBe(130);
});

test.concurrent("a pipe has no colours and no escapes, whatever is said", async () => {
  const room = freshRoom();
  const ear = new Piped([room, nameOf("bob")], { env: { FORCE_COLOR: "1" } });
  await ear.hears("you are");
  const mouth = new Piped([room, nameOf("alice"), "--json"])
    .say(JSON.stringify({ type: "message", text: "two\nlines\u200b\u00a0!" }))
    .end();
  expect(await mouth.ended()).toBe(0);
  await ear.hears("  | lines\u00a0!");
  expect(ear.out.join("")).not.toMatch(/\p{Cc}|\p{Cf}/u);
  ear.end();
  await ear.ended();
});

test.concurrent("a wrong command line is told what is wrong: exit code 2", async () => {
  const script = new Piped(["lobby"]).end();
  expect(await script.ended()).toBe(2);
  expect(script.err[0]).toBe("edge-chat: Which room, and under which name?");
  expect(script.out).toEqual([]);
  const help = new Piped(["--help"]).end();
  expect(await help.ended()).toBe(0);
  expect(help.out[0]).toContain("Usage: edge-chat ROOM NAME");
});

test.concurrent("/rotate changes the secret behind the name, which the next start has, and is told to nobody", async () => {
  const room = freshRoom();
  const [alice, bob] = [nameOf("alice"), nameOf("bob")];
  const ear = new Piped([room, bob]);
  await ear.hears("(1 here)");
  const config = freshConfig();
  const secret = "a-secret-of-22-characters";
  const given = { env: { EDGE_CHAT_TOKEN: "an-older-secret-of-the-script" } };
  const lines = ["/register", "/rotate"];
  const first = new Piped([room, alice], { config }).say(...lines).end();
  expect([await first.ended(), first.err]).toEqual([0, []]);
  const second = new Piped([room, alice], { config });
  second.say(`/rotate ${secret}`, "hello").end();
  expect([await second.ended(), second.err]).toEqual([0, []]);
  const env = { EDGE_CHAT_TOKEN: secret };
  const third = new Piped([room, alice], { env }).say("again").end();
  expect([await third.ended(), third.err]).toEqual([0, []]);
  const own = new Piped([room, nameOf("carl")], given).say("/rotate").end();
  expect(await own.ended()).toBe(1);
  expect(own.err.join()).toContain("give the new one: /rotate token");
  await ear.hears("again");
  for (const { out, err } of [ear, second, third])
    expect([...out, ...err].join()).not.toContain("secret-of");
});

test.concurrent("a wrong address is named: exit code 4, or 2 if it can be none", async () => {
  const room = freshRoom();
  const url = `http://127.0.0.1:${await freePort()}`;
  const nobody = new Piped([room, "alice", "--timeout", "1"], { url });
  expect(await nobody.ended()).toBe(4);
  const where = `${url.replace("http", "ws")}/rooms/${room}`;
  expect(nobody.err[0]).toContain(`No connection to ${where}: ECONNREFUSED.`);
  const secret = new Piped([room, "alice"], { url: "http://a:b@a.example" });
  expect(await secret.ended()).toBe(2);
  expect(secret.err[0]).toContain("no user, password, query or hash");
});
