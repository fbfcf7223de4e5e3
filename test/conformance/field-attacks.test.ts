// Field attacks: SQL, HTML, escape sequences and newlines in fields are refused or delivered unchanged, without effect.
import { expect, test } from "vitest";
import { connect } from "./support/client.ts";
import { ask } from "./support/http-client.ts";
import {
  join,
  joinAll,
  joinFrame,
  joinText,
  type Member,
} from "./support/members.ts";
import { person, secret, uniqueId, uniqueName } from "./support/people.ts";

const PAYLOADS = [
  ["SQL", "x'); DROP TABLE claim; DELETE FROM mail; --"],
  ["SQL in double quotes", 'x" OR "1"="1'],
  ["a LIKE for everything", "%"],
  ["HTML", "<script>alert(1)</script><img src=x onerror=alert(1)>"],
  ["a template", "{{constructor.constructor('x')()}}"],
  ["an escape sequence", "\u001b]0;owned\u0007\u001b[2J\u001b[31mred"],
  ["a C1 sequence", "\u009b2Jred"],
  ["a newline", "x\nalice: forged"],
  ["a carriage return", "x\r\nalice: forged"],
  ["a line separator", "x\u2028alice: forged"],
  ["an override of direction", "x\u202egnp.exe"],
  ["a path", "../../etc/passwd"],
] as const;

/** All frames with text fields, with the payload in one field. */
function framesWith(word: string): object[] {
  const id = uniqueId();
  return [
    { type: "message", text: "hi", id: word },
    { type: "private", to: word, text: "hi", id },
    { type: "private", to: "nobody", text: "hi", id: word },
    { type: "private", to: "nobody", text: "hi", toUser: word, id },
    { type: "who", after: word },
    { type: "history", before: word },
    { type: "received", mail: word },
    { type: "rotate", token: word },
    { type: "block", username: word },
    { type: "block", user: word },
    { type: "block", user: "AAAAAAAAAAAAAAAA", username: word },
    { type: "unblock", username: word },
    { type: "unblock", user: word },
    { type: word },
  ];
}

const JOIN_FIELDS = ["username", "token", "device", "epoch", "since"] as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: looked for here
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

/** Each frame gets one answer, which does not repeat the payload. */
async function expectAnswers(mallory: Member, word: string): Promise<void> {
  const frames = framesWith(word);
  for (const frame of frames) mallory.send(frame);
  for (const _ of frames) {
    const answer = await mallory.inbox.next(
      ({ type }) => /^(error|ack|blocked|members)$/.test(type),
      "answer",
    );
    if (answer.type === "error") expect(answer.message).not.toContain(word);
  }
}

/** @returns whether the payload is a valid text */
async function expectCarriedOrRefused(
  mallory: Member,
  alice: Member,
  word: string,
): Promise<boolean> {
  const text = !CONTROLS.test(word);
  const line = `/say ${word}`;
  if (!text) {
    await mallory.refused({ type: "message", text: word }, "bad_request");
    // In a typed line all kinds of newlines become newlines.
    const typed = word.replaceAll("\r\n", "\n");
    if (CONTROLS.test(typed)) await mallory.refused(line, "bad_request");
    else {
      mallory.send(line);
      await alice.next("message", { text: typed });
    }
    const told = { type: "private", to: alice.name, text: word };
    await mallory.refused(told, "bad_request");
    return false;
  }
  await mallory.sendMessage(word);
  mallory.send(line);
  for (const _ of ["frame", "line"])
    await alice.next("message", { text: word });
  await mallory.sendPrivate(alice.name, word);
  await alice.next("private", { text: word });
  return true;
}

async function expectNoSuchJoin(room: string, word: string): Promise<void> {
  for (const field of JOIN_FIELDS) {
    const who = joinFrame({ name: uniqueName("mallory"), token: secret() });
    const client = await connect(room);
    client.send({ ...who, [field]: word });
    const answer = await client.inbox.next(() => true, "answer");
    if (answer.type === "welcome")
      expect(field).toMatch(/^(token|device|epoch)$/);
    else expect(answer.type).toBe("error");
    client.drop();
  }
  const byUrl = await connect(room, { query: { username: word } });
  await byUrl.next("error", { code: "bad_username" });
}

test.for(PAYLOADS)(
  "a user who puts %s into any field harms nobody",
  async ([, word]) => {
    const room = uniqueName("lobby");
    const [mallory, alice] = await joinAll(room, "mallory", "alice");
    const reader = await joinText(room, person("reader"));
    alice.send({ type: "register" });
    await alice.next("registered");
    const isText = await expectCarriedOrRefused(mallory, alice, word);
    await expectAnswers(mallory, word);
    await expectNoSuchJoin(room, word);
    // The log, the names and the members are unchanged.
    await alice.sendMessage("done");
    await reader.line(`${alice.name}: done`);
    const { text } = await ask(`/rooms/${room}/messages`);
    expect(text.includes(JSON.stringify(word))).toBe(isText);
    const phone = await join(uniqueName("attic"), alice.person);
    expect(phone.welcome).toHaveProperty("registered");
    for (const { username } of alice.inbox.seen.flatMap((one) =>
      one.type === "joined" ? one : [],
    ))
      expect(username).toMatch(/^(mallory|reader)-/);
    const lines = reader.frames.join("\n");
    expect(lines).not.toMatch(CONTROLS);
    for (const line of lines.split(/[\n\u2028\u2029]/))
      expect(line).not.toMatch(/^alice: forged/);
  },
);
