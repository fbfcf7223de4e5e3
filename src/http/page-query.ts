// Page query: the parameters of a URL say which page of messages a request reads.
import * as v from "valibot";
import * as LIMITS from "../protocol/limits.ts";
import { SearchSchema } from "../protocol/search-frames.ts";

const integerParameter = (min: number, max: number) =>
  v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,16}$/),
      v.transform(Number),
      v.minValue(min),
      v.maxValue(max),
    ),
  );
/** The query of a search. */
export const searchQuery = v.object({
  text: SearchSchema.entries.text,
  before: integerParameter(0, Number.MAX_SAFE_INTEGER),
  limit: integerParameter(1, LIMITS.searchPageMax),
});
export const searchQueryHelp = `text: at least two characters, or one beyond ASCII, and at most ${LIMITS.searchTextMax}. before: a seq. limit: 1 to ${LIMITS.searchPageMax}.`;
/** The query of a request for a page of messages. */
export const pageQuery = v.pipe(
  v.object({
    before: integerParameter(0, Number.MAX_SAFE_INTEGER),
    after: integerParameter(0, Number.MAX_SAFE_INTEGER),
    at: integerParameter(0, Number.MAX_SAFE_INTEGER),
    limit: integerParameter(1, LIMITS.historyPageMax),
    fold: v.optional(
      v.pipe(
        v.picklist(["true", "false"]),
        v.transform((word) => word === "true"),
      ),
    ),
    thread: integerParameter(1, Number.MAX_SAFE_INTEGER),
  }),
  v.check(
    ({ before, after, at }) =>
      [before, after, at].filter((one) => one !== undefined).length < 2,
  ),
);
export const pageQueryHelp = `before or after: a seq, or at: ms since 1970; one of them. limit: 1 to ${LIMITS.historyPageMax}. fold: true or false. thread: a seq.`;
