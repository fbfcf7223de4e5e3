// Emoji schema: a reaction is one emoji of Unicode, as emoji keyboards write it.
import * as v from "valibot";

/** One emoji, by the sequences that Unicode recommends for interchange. */
const EMOJI = /^\p{RGI_Emoji}$/v;
/** Asks for the coloured form of a sign that has a plain one, too. */
const COLOURED = "\ufe0f";
/** UTF-16 code units: no emoji of Unicode is longer. */
const LENGTH_MAX = 40;

/** One emoji. A sign such as U+2764 becomes the emoji of that sign. */
export const EmojiSchema = v.pipe(
  v.string(),
  v.maxLength(LENGTH_MAX, "one emoji"),
  v.transform((emoji) =>
    EMOJI.test(`${emoji}${COLOURED}`) ? `${emoji}${COLOURED}` : emoji,
  ),
  v.check((emoji) => EMOJI.test(emoji), "one emoji"),
);
