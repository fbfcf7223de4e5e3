// Encode frame: a frame becomes JSON once, and lines of text on the first use.
import type { ServerFrame } from "../../protocol/client-frames.ts";
import { encodeJson } from "../../protocol/codec.ts";
import { formatText, type Recipient } from "../../protocol/text-format.ts";
import type { Encoded } from "./broadcast-queue.ts";

/** Encodes a message once; as text only if somebody reads text. */
export function encodeFrame(message: ServerFrame, reader: Recipient): Encoded {
  let text: readonly string[] | null = null;
  return {
    json: encodeJson(message),
    text: () => {
      text ??= formatText(message, reader);
      return text;
    },
  };
}

/** The same from a line of ours, as the log and the mail hold them. */
export function encodeLine(line: string, reader: Recipient): Encoded {
  let text: readonly string[] | null = null;
  return {
    json: line,
    text: () => {
      text ??= formatText(JSON.parse(line) as ServerFrame, reader);
      return text;
    },
  };
}
