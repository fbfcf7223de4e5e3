// Text keys: are one file with the table of look-alike letters and the folding of searches, which loads when it is needed.
export { nameKey } from "../protocol/name-key.ts";
export {
  foldSearch,
  isSearchable,
  searchWords,
} from "../protocol/search-text.ts";
