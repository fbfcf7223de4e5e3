// Log import tests: the events that a file has are those that its header says, or the operator is told of the line that is wrong.
import { expect, test } from "vitest";
import type { ImportStep } from "../../src/core/shared/room-requests.ts";
import { importLog } from "../../src/http/log-import.ts";

const header = { type: "export", version: 1, room: "lobby", epoch: "e" };
const event = (seq: number) => ({
  ...{ type: "message", seq, room: "lobby", user: "0123456789abcdef" },
  ...{ username: "alice", text: `text ${seq}`, at: 1, id: `id-${seq}` },
});

/** A room that takes any log, and the events that it has got. */
async function importFile(...lines: object[]) {
  const steps: ImportStep[] = [];
  const body = new Blob(lines.map((line) => `${JSON.stringify(line)}\n`));
  const response = await importLog(
    "lobby",
    body.stream(),
    { without: (line) => line },
    async (op) => {
      if (op.type === "import-log") steps.push(op.step);
      return op.type === "import-log" && op.step.kind === "end"
        ? ({ type: "info", epoch: "new", seq: 0 } as never)
        : { type: "done" };
    },
  );
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, answer, steps };
}

test.each([0, 1])(
  "an operator imports an empty log that begins at %i",
  async (first) => {
    const { status, answer, steps } = await importFile({
      ...header,
      first,
      seq: 0,
    });
    expect(status).toBe(200);
    expect(answer).toMatchObject({ events: 0 });
    expect(steps).toMatchObject([
      { kind: "begin", first: 1, lines: [] },
      { kind: "end" },
    ]);
  },
);

test.each([
  [0, 0],
  [1, 0],
  [1, 1],
])(
  "an operator is told that a log which begins at %i and has event %i is not empty as its header says",
  async (first, seq) => {
    const { status, answer, steps } = await importFile(
      { ...header, first, seq: 0 },
      event(seq),
    );
    expect(status).toBe(400);
    expect(answer.detail).toBe("Line 2: more than the header says.");
    expect(steps).toEqual([]);
  },
);
