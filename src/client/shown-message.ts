// Shown message: makes the messages that apps get, with their methods, out of the fields of the room's events.
import type {
  ErasedEvent,
  FoldedMessage,
  RoomMessage,
} from "../protocol/server-frames.ts";
import { check } from "./check-arguments.ts";
import type {
  ChatMessage,
  RoomReceipt,
  RoomSendOptions,
  SentMessage,
} from "./events.ts";
import type { StoredChange } from "./stored-change.ts";

/** A message with what the client alone needs: no copy and no JSON has it. */
export interface ShownMessage extends ChatMessage {
  /** The log in which it has its number. */
  readonly epoch: string;
  /** It has all changes up to this event. */
  readonly asOf: number;
}

type Actions = Pick<
  ShownMessage,
  "edit" | "delete" | "react" | "reply" | "epoch"
>;

/** What the methods of messages need of their room. */
export interface ActionTarget {
  change(change: StoredChange): SentMessage<RoomReceipt>;
  send(text: string, options: RoomSendOptions): SentMessage<RoomReceipt>;
}

/** The methods of all messages of one log. */
export function messageActions(target: ActionTarget, epoch: string): Actions {
  const actions: Actions & ThisType<ShownMessage> = {
    epoch,
    edit(text, { data } = {}) {
      check(typeof text === "string", "text must be a string.");
      const { seq: of, editSeq: was = 0 } = this;
      const fields = { of, text: text.replaceAll("\r\n", "\n"), epoch, was };
      return target.change({
        ...{ type: "edit", ...fields },
        ...(data !== undefined && { data }),
      });
    },
    delete({ reason } = {}) {
      const fields = { of: this.seq, epoch };
      return target.change({
        ...{ type: "delete", ...fields },
        ...(reason && { reason }),
      });
    },
    react(emoji, on = true) {
      check(emoji && typeof emoji === "string", "emoji must be a string.");
      return target.change({ type: "react", of: this.seq, emoji, on, epoch });
    },
    reply(text, options) {
      const { seq: replyTo, thread } = this;
      return target.send(text, { replyTo, thread, epoch, ...options });
    },
  };
  return actions;
}

type Fields = Omit<ChatMessage, keyof Actions>;

/** Makes the message of an event. */
export function shownMessage(
  event: RoomMessage | FoldedMessage | ErasedEvent,
  { mine, isReplay }: Pick<ChatMessage, "mine" | "isReplay">,
  actions: Actions,
  asOf: number,
): ShownMessage {
  if (event.type === "erased") {
    const { type: _, ...header } = event;
    return create({ ...header, ...ERASED, mine, isReplay }, actions, asOf);
  }
  const { reactions } = event as Partial<FoldedMessage>;
  const summaries = Array.isArray(reactions) ? reactions : [];
  const fields: Fields = {
    ...{ ...event, mine, isReplay },
    reactions: summaries.map((one) => ({ ...one, mine: one.mine === true })),
  };
  return create(fields, actions, asOf);
}

/** @returns the message with other fields; undefined removes one */
export function withFields(
  message: ShownMessage,
  fields: { [Key in keyof Fields]?: Fields[Key] | undefined },
): ShownMessage {
  const entries = Object.entries({ ...message, ...fields });
  const defined = entries.filter(([, value]) => value !== undefined);
  const actions: Actions = Object.getPrototypeOf(message);
  return create(Object.fromEntries(defined), actions, message.asOf);
}

/** @returns what is left of the message after its deletion */
export function erasedMessage(message: ShownMessage): ShownMessage {
  const { seq, room, user, username, at, id, thread } = message;
  const { mine, isReplay } = message;
  const fields = {
    ...{ seq, room, user, username, at, ...(id !== undefined && { id }) },
    ...{ mine, isReplay, ...ERASED },
    ...(thread !== undefined && { thread }),
  };
  return create(fields, Object.getPrototypeOf(message), message.asOf);
}

/** The fields of a deleted message, beside those of its header. */
const ERASED: Pick<Fields, "type" | "text" | "deleted" | "reactions"> = {
  ...{ type: "message", text: "", deleted: true, reactions: [] },
};

function create(fields: object, actions: Actions, asOf: number): ShownMessage {
  const message = Object.create(actions, { asOf: { value: asOf } });
  return Object.assign(message, fields);
}
