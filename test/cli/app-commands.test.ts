// App commands: the terminal takes the commands that the server's app has, and shows what it replies.
import { expect, test } from "vitest";
import { parseCommand } from "../../src/cli/commands.ts";
import { complete } from "../../src/cli/completion.ts";
import type { InputLine } from "../../src/cli/input-lines.ts";
import { parseJsonLine } from "../../src/cli/json-input.ts";
import { type CommandContext, runCommand } from "../../src/cli/run-command.ts";
import { Script } from "../../src/cli/script.ts";
import { jsonOutput } from "../../src/cli/script-output.ts";
import { ChatError, type Room } from "../../src/client/index.ts";
import { readTypedLine } from "../../src/protocol/typed-line.ts";
import { flushPromises } from "../client/support/fake-environment.ts";
import { history, TestClient } from "../client/support/test-client.ts";

const COMMANDS = ["roll"];

test("the terminal parses a command of the app as the server does", () => {
  expect(parseCommand("/roll 2d6  x", COMMANDS)).toEqual({
    ...{ kind: "app-command", name: "roll", rest: "2d6  x" },
  });
  expect(readTypedLine("/roll 2d6  x", COMMANDS)).toEqual({
    frame: { type: "command", name: "roll", args: "2d6  x" },
  });
  for (const line of ["/rol 2d6", "/ROLL", "/rollx", "/who"]) {
    const isInvalid = "wrong" in readTypedLine(line, COMMANDS);
    const { kind } = parseCommand(line, COMMANDS);
    expect([line, kind === "invalid"]).toEqual([line, isInvalid]);
    expect(kind).not.toBe("app-command");
  }
  expect(parseCommand("/roll 2d6").kind).toBe("invalid");
});

/** The text of the lines that a command shows. */
async function shown(
  command: (name: string, args: string) => Promise<unknown>,
) {
  const room = { command, commands: COMMANDS };
  const viewer = { username: "alice", user: null, colours: false };
  const context = { room, viewer } as unknown as CommandContext;
  const run = { kind: "app-command", name: "roll", rest: "2d6" } as const;
  const lines = await runCommand(run, context);
  return lines.map((line) => line.map(({ text }) => text).join(""));
}

test("the terminal shows each line of the replies", async () => {
  const lines = await shown(async (name, args) => ({
    ...{ replies: [`${name} ${args}`, "a\nb"], seq: null },
  }));
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain("/roll: roll 2d6");
  expect(lines[2]).toContain("/roll: b");
});

test("the terminal shows why a command failed", async () => {
  const lines = await shown(async () => {
    throw new ChatError("forbidden", "Not here.");
  });
  expect(lines.join()).toContain("Not here.");
});

test("a script that writes JSON sends a command of the app", () => {
  const parse = (frame: object) =>
    parseJsonLine({ text: JSON.stringify(frame) } as InputLine).command;
  expect(parse({ type: "command", name: "roll", args: "2d6" })).toEqual({
    ...{ kind: "app-command", name: "roll", rest: "2d6" },
  });
  expect(parse({ type: "command", name: "roll" })).toMatchObject({ rest: "" });
  expect(parse({ type: "command", args: "2d6" }).kind).toBe("invalid");
});

/** Plays a script to its end. @returns the lines that it writes */
async function played(lines: readonly string[], isJson: boolean) {
  const client = new TestClient();
  const written: string[] = [];
  const room = client.lobby as unknown as Room;
  async function* input(): AsyncGenerator<InputLine> {
    for (const text of lines) yield { text };
  }
  const write = (line: string) => written.push(line);
  const script = new Script({
    ...{ room, lines: input(), json: isJson, stay: false, timeoutMs: 0 },
    output: jsonOutput(room, write),
  });
  const ended = script.run(new AbortController().signal);
  await client.join({ commands: COMMANDS });
  const [sent] = client.takeSent();
  client.serverSends(
    { type: "reply", command: "roll", text: "You rolled 7." },
    { type: "ack", id: sent?.id, command: "roll", seq: 1, at: 1 },
  );
  await flushPromises();
  client.serverSends(history([]));
  return { sent, reason: await ended, written: written.join("") };
}

test.for([
  ["a typed line", "/roll 2d6", false],
  ["an object", '{"type":"command","name":"roll","args":"2d6"}', true],
] as const)(
  "a script sends a command by %s, and writes the replies",
  async ([, line, isJson]) => {
    const { sent, reason, written } = await played([line], isJson);
    expect(sent).toMatchObject({ type: "command", name: "roll", args: "2d6" });
    expect(reason).toBe("ok");
    expect(written).toContain(
      '{"type":"reply","command":"roll","replies":["You rolled 7."],"seq":1}',
    );
  },
);

test("the Tab key completes a command of the app", () => {
  expect(complete("/ro", 3, [], COMMANDS)?.choices).toEqual([
    "/rotate",
    "/roll",
  ]);
  expect(complete("/rol", 4, [], COMMANDS)?.text).toBe("/roll ");
});
