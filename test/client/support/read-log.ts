// Read log: reads all messages of a room over HTTP.
import type { LoggedMessage } from "./delivery-oracle.ts";

/** A message with the public id of its sender. */
interface SentMessage extends LoggedMessage {
  readonly user: string;
}

/** All messages of the room. */
export async function readLog(
  url: string,
  room: string,
): Promise<SentMessage[]> {
  const log: SentMessage[] = [];
  for (;;) {
    const after = log.at(-1)?.seq ?? 0;
    const answer = await fetch(
      `${url}/rooms/${room}/messages?after=${after}&limit=200`,
    );
    const page: { messages: SentMessage[]; more: boolean } =
      await answer.json();
    log.push(...page.messages);
    if (!page.more) return log;
  }
}
