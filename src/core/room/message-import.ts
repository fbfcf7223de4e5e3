// Message import: builds the state of messages from the events of a log that comes from another server.
import type { ReactedEvent, RoomEvent } from "../../protocol/room-events.ts";
import type { Log } from "./log.ts";
import { MessageChanges } from "./message-changes.ts";
import {
  addEmoji,
  addReactor,
  addReply,
  type EmojiRecord,
  emojiOf,
  type MessageRecord,
  removeReactor,
  removeReply,
} from "./message-record.ts";
import type { MessageState } from "./message-state.ts";
import { hasSpaceFor } from "./reaction-limits.ts";

/**
 * Applies events that have just been appended to a staged log. Events about a
 * message that the log does not have, or that is erased, are skipped.
 *
 * @param lines the JSON of the events
 */
export function importMessageState(
  log: Log,
  state: MessageState,
  lines: readonly string[],
): void {
  const types = new Map<number, string>();
  const typeOf = (seq: number) => {
    const known = types.get(seq);
    if (known !== undefined) return known;
    const line = log.line(seq);
    const type = line === null ? "" : String(JSON.parse(line).type);
    types.set(seq, type);
    return type;
  };
  const isMessage = (seq: number) => typeOf(seq) === "message";
  // The thread of an erased message goes on.
  const isStored = (seq: number) => isMessage(seq) || typeOf(seq) === "erased";
  const changes = new MessageChanges(state);
  for (const line of lines) {
    if (!mayMatter(line)) continue;
    const event: RoomEvent = JSON.parse(line);
    if (event.type === "message" || event.type === "erased") {
      const { seq, thread } = event;
      if (thread === undefined || thread >= seq || !isStored(thread)) continue;
      const root = changes.record(thread);
      addReply(root, seq);
      if (event.type === "erased") removeReply(root);
    } else if (event.type === "reacted" && isMessage(event.of)) {
      const record = changes.record(event.of);
      changes.noteEmoji(record, react(state, record, event));
    }
  }
  changes.save();
}

/** Most lines are plain messages, which need no parse. */
function mayMatter(line: string): boolean {
  return line.includes('"thread":') || line.startsWith('{"type":"reacted"');
}

/** Applies an event, as far as the limits of a message allow. */
function react(
  state: MessageState,
  record: MessageRecord,
  { emoji, added, removed, seq }: ReactedEvent,
): EmojiRecord {
  const one = emojiOf(record, emoji) ?? addEmoji(record, emoji);
  const people = state.peopleOf(record, one);
  for (const { user } of removed)
    if (people.has(user)) removeReactor(one, user, seq);
  for (const reactor of added)
    if (!people.has(reactor.user) && hasSpaceFor(record, one, reactor.user))
      addReactor(one, reactor, seq);
  return one;
}
