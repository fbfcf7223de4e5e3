// Reaction limits: a message takes so many emoji and so many people who react, and no more.
import * as LIMITS from "../../protocol/limits.ts";
import {
  type EmojiRecord,
  emojiCount,
  type MessageRecord,
  reactorCount,
} from "./message-record.ts";

/**
 * The length of a public id. Ids of imported events may be longer: they would make
 * the state of a message larger than 256 KiB.
 */
const USER_LENGTH_MAX = 16;

/** May one more user react with this emoji? */
export function hasSpaceFor(
  record: MessageRecord,
  one: EmojiRecord,
  user: string,
): boolean {
  return (
    user.length <= USER_LENGTH_MAX &&
    one.count < LIMITS.reactorsPerEmojiMax &&
    (one.count > 0 || emojiCount(record) < LIMITS.emojiPerMessageMax) &&
    reactorCount(record) < LIMITS.reactorsPerMessageMax
  );
}
