// Message updates: reactions, and replies in threads, change the state of messages with the flush that stores their events.

import type { Author } from "./author.ts";
import { MessageChanges } from "./message-changes.ts";
import { addReply } from "./message-record.ts";
import {
  type AckReceiver,
  type Reaction,
  type ReactionRoom,
  Reactions,
} from "./reactions.ts";

export class MessageUpdates {
  readonly #room: ReactionRoom;
  readonly #reactions: Reactions;
  /** Replies that wait for the flush. */
  #replies: { readonly thread: number; readonly seq: number }[] = [];

  constructor(room: ReactionRoom) {
    this.#room = room;
    this.#reactions = new Reactions(room);
  }

  /**
   * Takes a reaction to a message that is there.
   *
   * @param to gets the ack
   * @returns false: the message has too many reactions
   */
  react(
    author: Pick<Author, "user" | "username">,
    reaction: Reaction,
    to: AckReceiver,
    now: number,
  ): boolean {
    const isTaken = this.#reactions.add(author, reaction, to, now);
    if (!this.#reactions.isEmpty) this.#defer();
    return isTaken;
  }

  /** Are there reactions to this message, now or with the next flush? */
  hasReactions(of: number): boolean {
    return this.#reactions.has(of);
  }

  /** Notes a reply that waits for the flush. */
  replied(thread: number, seq: number): void {
    this.#replies.push({ thread, seq });
    this.#defer();
  }

  #defer(): void {
    this.#room.broadcastQueue.defer(this.#flushAll);
  }

  readonly #flushAll = (now: number): void => {
    const changes = new MessageChanges(this.#room.messageState);
    for (const { thread, seq } of this.#replies)
      addReply(changes.record(thread), seq);
    this.#replies = [];
    this.#reactions.flush(changes, now);
    changes.save();
  };
}
