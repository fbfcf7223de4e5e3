// Typed commands: runs the commands that a person types into a terminal, against the frames of a test.
import { parseCommand } from "../../../src/cli/commands.ts";
import { Participants } from "../../../src/cli/participants.ts";
import { viewerOf } from "../../../src/cli/render.ts";
import {
  type ChatCommand,
  type CommandContext,
  runCommand,
} from "../../../src/cli/run-command.ts";
import type { StyledLine } from "../../../src/cli/styled-text.ts";
import { Transcript } from "../../../src/cli/transcript.ts";
import { flushPromises } from "../../client/support/fake-environment.ts";
import type { SentFrame } from "../../client/support/fake-socket.ts";
import {
  ALICE,
  message,
  TestClient,
} from "../../client/support/test-client.ts";

export const alice = { user: ALICE, username: "alice" };

/** The text of each line. */
export const words = (lines: readonly StyledLine[]) =>
  lines.map((line) => line.map(({ text }) => text).join(""));

/** A terminal in a room with a message of alice and one of bob. */
export async function begin() {
  const client = new TestClient();
  await client.join();
  client.serverSends(message(1, { ...alice, text: "teh" }), message(2));
  const room = client.lobby;
  const viewer = viewerOf(client.sdk, true);
  const context: CommandContext = {
    ...{ room, viewer, transcript: new Transcript(viewer) },
    participants: new Participants(),
  };
  const type = (line: string) => {
    const shown = runCommand(parseCommand(line) as ChatCommand, context);
    return { shown: shown.then(words) };
  };
  const sent = async (): Promise<SentFrame[]> => {
    await flushPromises();
    return client.takeSent();
  };
  return { client, type, sent };
}
