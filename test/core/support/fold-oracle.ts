// Fold oracle: computes a message as it is now from all events of a room, the simplest way.
import type {
  FoldedEvent,
  FoldedMessage,
  ReactionSummary,
  RoomEvent,
} from "../../../src/protocol/room-events.ts";

/** The reactions to one message: people by emoji, in the order in which they came. */
type People = Map<string, Map<string, string>>;

/** The state of all messages after some events. */
export class FoldOracle {
  readonly #events = new Map<number, RoomEvent>();
  readonly #reactions = new Map<number, People>();
  readonly #pinned = new Set<number>();
  /** With those that are erased, which are not counted. */
  readonly #replies = new Map<number, RoomEvent[]>();

  /** @param events as the log holds them now, ascending */
  constructor(events: readonly RoomEvent[]) {
    for (const event of events) {
      this.#events.set(event.seq, event);
      if (event.type === "reacted") this.#react(event);
      else if (event.type === "pinned") this.#pinned.add(event.of);
      else if (event.type === "unpinned") this.#pinned.delete(event.of);
      else if ("thread" in event && event.thread !== undefined)
        this.#replies.set(event.thread, [
          ...(this.#replies.get(event.thread) ?? []),
          event,
        ]);
    }
  }

  /** Everything that folded pages show, ascending. */
  all(reader: string | null): FoldedEvent[] {
    return [...this.#events.values()].flatMap((event): FoldedEvent[] => {
      if (event.type === "message") return [this.#fold(event, reader)];
      return event.type === "erased" || event.type === "topic" ? [event] : [];
    });
  }

  /** The messages of a thread, ascending. */
  thread(root: number, reader: string | null): FoldedEvent[] {
    return this.all(reader).filter(
      (event) =>
        event.seq === root || ("thread" in event && event.thread === root),
    );
  }

  #react({ of, emoji, added, removed }: RoomEvent & { type: "reacted" }) {
    const message: People = this.#reactions.get(of) ?? new Map();
    this.#reactions.set(of, message);
    const people = message.get(emoji) ?? new Map<string, string>();
    message.set(emoji, people);
    for (const { user } of removed) people.delete(user);
    for (const { user, username } of added) people.set(user, username);
  }

  #fold(
    message: RoomEvent & { type: "message" },
    reader: string | null,
  ): FoldedMessage {
    const { seq, replyTo } = message;
    const reactions = [...(this.#reactions.get(seq) ?? [])]
      .filter(([, people]) => people.size > 0)
      .map(([emoji, people]): ReactionSummary => {
        const isMine = reader !== null && people.has(reader);
        return {
          ...{ emoji, count: people.size },
          ...(isMine && { mine: true }),
          users: [...people.values()].slice(0, 10),
        };
      });
    const replies = this.#replies.get(seq) ?? [];
    const count = replies.filter(({ type }) => type === "message").length;
    return {
      ...message,
      ...(reactions.length > 0 && { reactions }),
      ...(count > 0 && { replies: { count, last: replies.at(-1)?.seq ?? 0 } }),
      ...(this.#pinned.has(seq) && { pinned: true }),
      ...(replyTo !== undefined && { quoted: this.#quote(replyTo) }),
    };
  }

  #quote(seq: number): NonNullable<FoldedMessage["quoted"]> {
    const quoted = this.#events.get(seq);
    if (quoted?.type !== "message") return { seq, erased: true };
    const { user, username, text } = quoted;
    return { seq, user, username, text: [...text].slice(0, 200).join("") };
  }
}
