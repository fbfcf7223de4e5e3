// Reaction label: names the users who react to a message with an emoji, as far as the page knows them.
import type { DisplayReaction } from "./display-message.ts";
import type { Texts } from "./locales/en.ts";

/** @param formatList joins names as the language of the texts does */
export const reactionLabel = (
  { emoji, count, users }: DisplayReaction,
  t: Pick<Texts, "andMore" | "reactionBy">,
  formatList: (names: readonly string[]) => string,
): string =>
  t.reactionBy(
    emoji,
    count,
    count > users.length
      ? [...users, t.andMore(count - users.length)].join(", ")
      : formatList(users),
  );
