// Bot: answers questions that people ask it in a room, after they are stored.
import type { EventBatch } from "edge-chat/hooks";

const BOT = { id: "helper", username: "helper" };

/** Sends a message to a room under the name of a bot. */
type Send = (message: {
  readonly as: typeof BOT;
  readonly text: string;
  readonly id: string;
}) => Promise<unknown>;

/** @returns null if the text asks nothing of the bot */
function answerTo(text: string, username: string): string | null {
  if (!text.startsWith("@helper")) return null;
  if (text.includes("time")) return `It is ${new Date().toISOString()}.`;
  return `Hello ${username}! Ask me for the time.`;
}

/** A failure throws, so that the same events come again. */
export async function answer({ events }: EventBatch, send: Send) {
  for (const { id, type, data } of events) {
    if (type !== "message.created" || data.bot) continue;
    const text = answerTo(data.text, data.username);
    // With the event's own id: an event that comes again has one answer.
    if (text !== null) await send({ as: BOT, text, id });
  }
}
