// Start page: types the session of docs/start.md into real terminals, and compares every line that they show.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { noTerminals } from "../../restart/support/terminal.ts";
import { readSession } from "../../restart/support/transcript.ts";
import {
  programEnvironment,
  serverUrl,
  TerminalSession,
  temporaryConfig,
} from "../support/terminal-session.ts";

const noTerminal = await noTerminals();
if (noTerminal !== null) console.error(`SKIPPED: ${noTerminal}`);

/** All times in docs/start.md are 12:04. */
function atNoon(line: string): string {
  return line.replace(/^\d\d:\d\d /, "12:04 ");
}

/** The screen since the program joined, without the footer. */
function transcript({ screen }: TerminalSession): string[] {
  const lines = screen.lines.map(atNoon);
  const from = lines.findIndex((line) => line.startsWith("* you are"));
  const block = lines.findLastIndex((line) => line.startsWith("●"));
  return lines.slice(from, block < 0 ? undefined : block);
}

test.skipIf(noTerminal)(
  "users see in terminals what docs/start.md shows, line by line",
  async () => {
    const page = await readFile("docs/start.md", "utf8");
    const [, block] = /^```terminals\n(.*?)^```$/ms.exec(page) ?? [];
    if (block === undefined)
      throw new Error("docs/start.md has no session marked `terminals`.");
    const sessions = new Map<string, TerminalSession>();
    const seen = new Map<string, string[]>();
    const sessionOf = (terminal: string): TerminalSession => {
      const session = sessions.get(terminal);
      if (session === undefined) throw new Error(`${terminal} starts nothing.`);
      return session;
    };
    for (const step of readSession(block)) {
      const { terminal } = step;
      switch (step.kind) {
        case "start": {
          const env = programEnvironment(temporaryConfig(), {
            EDGE_CHAT_URL: serverUrl(),
          });
          const command = ["/bin/sh", "-c", step.command];
          sessions.set(terminal, await TerminalSession.open(command, { env }));
          seen.set(terminal, []);
          break;
        }
        case "type":
          sessionOf(terminal).type(step.line);
          break;
        case "interrupt":
          sessionOf(terminal).press("\u0003");
          break;
        case "see": {
          const words = step.line.replace(/^12:04 /, "");
          await sessionOf(terminal).waitForText(words);
          // Rows of the footer come and go.
          if (!/^[●✗…]/.test(step.line)) seen.get(terminal)?.push(step.line);
          break;
        }
        default:
          step satisfies never;
      }
    }
    expect(sessions.size).toBeGreaterThan(1);
    for (const [terminal, session] of sessions)
      await expect
        .poll(() => transcript(session), {
          ...{ timeout: 20_000, message: `the screen of ${terminal}` },
        })
        .toEqual(seen.get(terminal));
  },
);
