// Request error: explains in the language of the page why the server refused a request.
import { type ErrorInfo, explainError } from "./error-text.ts";
import { texts } from "./i18n.ts";
import { toolTexts } from "./tool-texts.ts";

/** Returns the text for a request that the server refused. */
export function explainRequestError(error: unknown): string {
  const { code = "", message = "", ...more } = error as Partial<ErrorInfo>;
  return code === "forbidden" && more.reason === undefined
    ? toolTexts.value.notAllowed
    : explainError({ code, message, ...more }, texts.value);
}
