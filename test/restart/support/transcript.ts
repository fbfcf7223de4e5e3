// Transcript: parses the terminal sessions of docs/start.md and plays them in the real wscat.
import { resolve } from "node:path";
import { expect } from "vitest";
import { Terminal } from "./terminal.ts";

/**
 * One line of a session, which is a fenced block marked `console`. Each line
 * begins with the name of its terminal, padded to taste, and `| `:
 *
 *     alice | $ npx wscat -c "ws://localhost:8787/rooms/lobby?username=alice"
 *     alice | > hello
 *     bob   | < alice: hello
 *     alice | ^C
 *
 * `$ ` starts a program, `> ` types a line, `^C` presses Ctrl-C; whatever else
 * stands there is the next line on that screen, to the letter. A command may
 * go on after a `\` at the end of the line. Empty lines, and lines that begin
 * with `#`, are for the reader.
 */
export type Step = { readonly terminal: string; readonly at: number } & (
  | { readonly kind: "start"; readonly command: string }
  | { readonly kind: "type"; readonly line: string }
  | { readonly kind: "interrupt" }
  | { readonly kind: "see"; readonly line: string }
);

/** The sessions of a Markdown text, in order. */
export function readSessions(markdown: string): Step[][] {
  const blocks = markdown.matchAll(/^```console\n(.*?)^```$/gms);
  return [...blocks].map(([, block = ""]) => readSession(block));
}

/** @throws Error if a line has no terminal */
export function readSession(block: string): Step[] {
  const steps: Step[] = [];
  block.split("\n").forEach((raw, at) => {
    if (raw.trim() === "" || raw.startsWith("#")) return;
    const [, terminal, body] = /^ *(\S+) *\| ?(.*)$/.exec(raw) ?? [];
    if (terminal === undefined || body === undefined)
      throw new Error(`No terminal in line ${at + 1}: ${raw}`);
    const last = steps.at(-1);
    if (last?.kind === "start" && last.command.endsWith("\\")) {
      const command = `${last.command.slice(0, -1).trimEnd()} ${body.trim()}`;
      steps.splice(-1, 1, { ...last, command });
    } else steps.push({ terminal, at: at + 1, ...readBody(body.trimEnd()) });
  });
  return steps;
}

function readBody(body: string) {
  if (body.startsWith("$ "))
    return { kind: "start", command: body.slice(2) } as const;
  if (body.startsWith("> "))
    return { kind: "type", line: body.slice(2) } as const;
  if (body === "^C") return { kind: "interrupt" } as const;
  return { kind: "see", line: body } as const;
}

/** The messages of each room. A user who joins later sees them. */
export type RoomHistories = ReadonlyMap<string, readonly string[]>;

/** One terminal of a session. */
interface OpenTerminal {
  readonly terminal: Terminal;
  /** The room and the name, after a join. */
  joined: { name: string; room: string } | null;
}

/**
 * Plays a session against a server. Each line on a screen must be in the
 * session, except for lines of the rooms' histories.
 *
 * @returns the histories after the session
 */
export async function play(
  steps: readonly Step[],
  url: string,
  past: RoomHistories = new Map(),
): Promise<RoomHistories> {
  const seats = new Map<string, OpenTerminal>();
  const said = new Map([...past].map(([room, lines]) => [room, [...lines]]));
  try {
    for (const step of steps) {
      if (step.kind === "start") {
        const command = commandFor(step.command, url);
        const terminal = await Terminal.open(step.terminal, command);
        seats.get(step.terminal)?.terminal.close();
        seats.set(step.terminal, { terminal, joined: null });
      } else await perform(step, openTerminalOf(seats, step), past, said);
    }
    for (const { terminal } of seats.values())
      expect(terminal.unread, `the screen of ${terminal.name}`).toEqual([]);
    for (const { terminal } of seats.values()) terminal.pressCtrlC();
    for (const { terminal } of seats.values()) await terminal.ended();
  } finally {
    for (const { terminal } of seats.values()) terminal.close();
  }
  return said;
}

async function perform(
  step: Exclude<Step, { kind: "start" }>,
  seat: OpenTerminal,
  past: RoomHistories,
  said: Map<string, string[]>,
): Promise<void> {
  const { terminal } = seat;
  switch (step.kind) {
    case "type":
      terminal.type(step.line);
      await see(step, seat, `> ${step.line}`);
      note(step.line, seat, said);
      break;
    case "interrupt":
      terminal.pressCtrlC();
      await terminal.ended();
      break;
    case "see": {
      await see(step, seat, step.line);
      const welcome = /^< \* you are (\S+) in (\S+) \(/.exec(step.line);
      if (welcome === null) break;
      const [, name = "", room = ""] = welcome;
      seat.joined = { name, room };
      for (const line of past.get(room) ?? [])
        await see(step, seat, `< ${line}`);
      break;
    }
    default:
      step satisfies never;
  }
}

async function see(step: Step, { terminal }: OpenTerminal, line: string) {
  const where = `line ${step.at} of the session, the screen of ${terminal.name}`;
  expect(await terminal.line(), where).toBe(line);
}

/** A message to a room is in its history from now on. */
function note(
  line: string,
  { joined }: OpenTerminal,
  said: Map<string, string[]>,
) {
  const text = line.replace(/^\/say /, "");
  if (joined === null || /^[/@]/.test(text)) return;
  const lines = said.get(joined.room) ?? [];
  const seq = lines.length + 1;
  said.set(joined.room, [...lines, `#${seq} ${joined.name}: ${text}`]);
}

function openTerminalOf(
  seats: ReadonlyMap<string, OpenTerminal>,
  step: Step,
): OpenTerminal {
  const seat = seats.get(step.terminal);
  if (seat === undefined)
    throw new Error(`${step.terminal} starts nothing before line ${step.at}.`);
  return seat;
}

/** Uses the installed wscat and the server under test. */
function commandFor(command: string, url: string): string {
  if (!command.startsWith("npx wscat "))
    throw new Error(`A session starts npx wscat, not: ${command}`);
  return command
    .replace("npx wscat", resolve("node_modules/.bin/wscat"))
    .replace("ws://localhost:8787", url.replace(/^http/, "ws"));
}
