// Start page: the session of docs/start.md works in the real wscat, on a new server and again after a SIGKILL.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { startRestartable } from "./support/restartable-server.ts";
import { noTerminals } from "./support/terminal.ts";
import { play, readSessions } from "./support/transcript.ts";

const noTerminal = await noTerminals();
if (noTerminal !== null) console.error(`SKIPPED: ${noTerminal}`);

test.skipIf(noTerminal)(
  "a reader plays the session of docs/start.md twice with a SIGKILL between, and loses nothing",
  async () => {
    const sessions = readSessions(await readFile("docs/start.md", "utf8"));
    const [session] = sessions;
    if (session === undefined)
      throw new Error("docs/start.md has no session marked `console`.");
    expect(sessions).toHaveLength(1);
    const { url, kill, start } = await startRestartable();
    const past = await play(session, url);
    expect(past.size).toBeGreaterThan(0);
    await kill();
    await start();
    await play(session, url, past);
  },
);
