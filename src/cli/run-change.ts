// Run change: executes the commands that change a message or the room, and finds the message that is meant.
import {
  ChatError,
  type ChatMessage,
  type Room,
  type RoomReceipt,
  type SentMessage,
} from "../client/index.ts";
import type { ChangeCommand } from "./commands.ts";

/** Newest messages among which an unnamed one is looked for. */
const LOOKUP_MAX = 200;
/** Asks for the coloured form of a sign. Servers add it to an emoji. */
const COLOURED = /\ufe0f/g;

/**
 * @param toggles a reaction that is there already is taken back
 * @param onSent gets the change once its message is found
 * @returns the ack. Rejects with a `ChatError`
 */
export async function runChange(
  room: Room,
  command: ChangeCommand,
  toggles: boolean,
  onSent: (sent: SentMessage<RoomReceipt>) => void = () => {},
): Promise<RoomReceipt> {
  const sent = await startChange(room, command, toggles);
  onSent(sent.change);
  return sent.change;
}

/** The change is in an object: a promise of a promise would wait for both. */
async function startChange(
  room: Room,
  command: ChangeCommand,
  toggles: boolean,
): Promise<{ readonly change: SentMessage<RoomReceipt> }> {
  if (command.kind === "topic") return { change: room.setTopic(command.topic) };
  const isOwn = command.kind === "edit" || command.kind === "delete";
  const message = await findTarget(room, command.of, isOwn);
  switch (command.kind) {
    case "edit": {
      const { text, data } = command;
      const options = data === undefined ? {} : { data };
      return { change: message.edit(text, options) };
    }
    case "delete":
      return { change: message.delete({ reason: command.reason }) };
    case "react": {
      const { emoji, on } = command;
      const isOn = on && !(toggles && hasReaction(message, emoji));
      return { change: message.react(emoji, isOn) };
    }
    case "pin":
      return { change: room.pin(message.seq, command.on) };
    default:
      return command satisfies never;
  }
}

/**
 * @param of 0: the newest message of the room, or of this user
 * @returns the message. Rejects with a `ChatError`
 */
export async function findTarget(
  room: Room,
  of: number,
  isOwn: boolean,
): Promise<ChatMessage> {
  if (of > 0) return room.messageAt(of);
  const isMeant = ({ mine, deleted }: ChatMessage) =>
    !deleted && (mine || !isOwn);
  const known = room.messages.findLast(isMeant);
  if (known !== undefined) return known;
  const { messages } = await room.history({ limit: LOOKUP_MAX });
  const found = messages.findLast(isMeant);
  if (found !== undefined) return found;
  const message = isOwn
    ? "None of the newest messages is yours."
    : "There is no message here.";
  throw new ChatError("gone", message);
}

function hasReaction({ reactions }: ChatMessage, emoji: string): boolean {
  const plain = (one: string) => one.replace(COLOURED, "");
  return reactions.some((one) => one.mine && plain(one.emoji) === plain(emoji));
}
