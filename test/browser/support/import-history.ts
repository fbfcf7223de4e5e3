// History import: fills a room with earlier messages.
import { expect } from "vitest";
import { baseUrl } from "../../conformance/support/connection.ts";
import { publicIdOf } from "../../conformance/support/people.ts";

export interface PastMessage {
  readonly username: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The number of the message that it answers. */
  readonly replyTo?: number;
  /** The number of the first message of its thread. */
  readonly thread?: number;
}

/** Imports these messages into a room, which must have no others. */
export async function importHistory(
  room: string,
  said: readonly PastMessage[],
): Promise<void> {
  const header = {
    type: "export",
    version: 1,
    room,
    epoch: "before",
    first: 1,
    seq: said.length,
  };
  const lines = said.map((one, i) => ({
    type: "message",
    seq: i + 1,
    room,
    user: publicIdOf(one.username),
    ...one,
  }));
  const url = new URL(
    `/admin/rooms/${encodeURIComponent(room)}/import`,
    baseUrl(),
  );
  const answer = await fetch(url, {
    method: "POST",
    headers: { Authorization: `Bearer ${process.env.ADMIN_SECRET}` },
    body: [header, ...lines].map((line) => JSON.stringify(line)).join("\n"),
  });
  expect(answer.status, await answer.text()).toBe(200);
}
