// Link parser: finds links and makes their labels; the page loads it after its first load.
export { tokenize } from "linkifyjs";
export { linkText } from "./link-text.ts";
