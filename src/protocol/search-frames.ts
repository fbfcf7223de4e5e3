// Search frames: defines the schema of a search that a client sends.
import * as v from "valibot";
import { cursor, epoch, text, wholeNumber } from "./frame-fields.ts";
import * as LIMITS from "./limits.ts";
import { isSearchable } from "./search-text.ts";

export const SearchSchema = v.object({
  type: v.literal("search"),
  text: v.pipe(
    text,
    v.check(
      (words) => [...words].length <= LIMITS.searchTextMax,
      `at most ${LIMITS.searchTextMax} characters`,
    ),
    v.check(isSearchable, "at least two characters, or one beyond ASCII"),
  ),
  before: v.optional(cursor),
  limit: v.optional(
    wholeNumber(1, LIMITS.searchPageMax, `1 to ${LIMITS.searchPageMax}`),
  ),
  epoch: v.optional(epoch),
});
