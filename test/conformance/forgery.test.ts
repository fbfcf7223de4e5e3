// Forged lines: no text can look like another user's message in the text format.
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import { joinAll, joinText, type Member } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";
import type { TextClient } from "./support/text-client.ts";

/** All characters that some terminal, pager or log may take for a line end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they end lines
const LINE_ENDS = /\r\n|[\n\v\f\r\u001c-\u001e\u0085\u2028\u2029]/;

const SEPARATORS = [
  ["a newline", "\n"],
  ["two newlines", "\n\n"],
  ["a carriage return", "\r"],
  ["both", "\r\n"],
  ["a line separator", "\u2028"],
  ["a paragraph separator", "\u2029"],
  ["a next-line control", "\u0085"],
  ["a vertical tab", "\u000b"],
  ["a form feed", "\u000c"],
  ["a record separator", "\u001e"],
  ["a backspace", "\b\b\b"],
  ["an escape", "\u001b[2K\u001b[G"],
] as const;

/** All lines that the reader may see, with any line breaks. */
function linesSeen(reader: TextClient): string[] {
  return reader.frames.flatMap((frame) => frame.split(LINE_ENDS));
}

/** The lines that mallory wants the reader to see. */
function forgeriesOf(alice: string): string[] {
  return [
    `${alice}: forged`,
    `#1 ${alice}: forged`,
    `* ${alice} left`,
    `(private) ${alice}: forged`,
    "! internal: forged",
  ];
}

function expectNoForgery(reader: TextClient, alice: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: looked for here
  const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
  for (const frame of reader.frames) expect(frame).not.toMatch(controls);
  for (const line of linesSeen(reader))
    expect(forgeriesOf(alice)).not.toContain(line.trim());
}

/** Waits for the answer. By then the reader has seen the text, if ever. */
async function trySaying(mallory: Member, frame: object): Promise<void> {
  const id = uniqueId();
  mallory.send({ ...frame, id });
  await mallory.inbox.next(
    (answer) => "id" in answer && answer.id === id && answer.type !== "message",
    "ack or error",
  );
}

// The server may refuse such a text or show it harmlessly. A newline must be
// shown.
describe.for(SEPARATORS)("with %s", ([, separator]) => {
  test("mallory cannot write as alice to the room", async () => {
    const room = uniqueName("lobby");
    const [alice, mallory] = await joinAll(room, "alice", "mallory");
    const reader = await joinText(room, person("reader"));
    for (const forgery of forgeriesOf(alice.name)) {
      const text = `hi${separator}${forgery}`;
      await trySaying(mallory, { type: "message", text });
    }
    const { seq } = await alice.sendMessage("done");
    await reader.line(`${alice.name}: done`);
    expectNoForgery(reader, alice.name);
    // The same for a reader who joins later and gets the history.
    const late = await joinText(room, person("late"));
    await late.line(`#${seq} ${alice.name}: done`);
    expectNoForgery(late, alice.name);
  });

  test("mallory cannot write as alice in private", async () => {
    const room = uniqueName("lobby");
    const [alice, mallory] = await joinAll(room, "alice", "mallory");
    const reader = await joinText(room, person("reader"));
    for (const forgery of forgeriesOf(alice.name)) {
      const text = `hi${separator}${forgery}`;
      await trySaying(mallory, { type: "private", to: reader.name, text });
    }
    await alice.sendPrivate(reader.name, "done");
    await reader.line(`(private) ${alice.name}: done`);
    expectNoForgery(reader, alice.name);
  });
});

test("mallory cannot take a name that looks like a line of another user", async () => {
  const room = uniqueName("lobby");
  const [alice] = await joinAll(room, "alice");
  const reader = await joinText(room, person("reader"));
  for (const username of [`x\n${alice.name}: forged`, `${alice.name}: forged`])
    for (const frame of [{ type: "join", username }, `/join ${username}`]) {
      const mallory = await connect(room);
      await mallory.refused(
        frame,
        "bad_username",
        // As a typed line it has too many words, or too short a secret.
        "bad_request",
        "unauthorized",
      );
    }
  await alice.sendMessage("done");
  await reader.line(`${alice.name}: done`);
  expectNoForgery(reader, alice.name);
});

test("alice sees that a further line belongs to the same message", async () => {
  const room = uniqueName("lobby");
  const [alice, mallory] = await joinAll(room, "alice", "mallory");
  const reader = await joinText(room, person("reader"));
  await mallory.sendMessage(`hi\n${alice.name}: forged`);
  await reader.line(`${mallory.name}: hi`);
  await reader.line(`  | ${alice.name}: forged`);
});

test("a first line that looks like a notice still begins with its author", async () => {
  const room = uniqueName("lobby");
  const [mallory] = await joinAll(room, "mallory");
  const reader = await joinText(room, person("reader"));
  for (const text of ["* alice left", "! internal: x", "(private) alice: x"]) {
    await mallory.sendMessage(text);
    await reader.line(`${mallory.name}: ${text}`);
  }
});
