// Message data: the app's schema checks the data of messages to the room and to users, before anything else sees it.
import type { ClientFrame } from "../../protocol/client-frames.ts";
import { dataText } from "../../protocol/custom-data.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { checkData } from "../../protocol/standard-schema.ts";
import type { Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";

/** Data that the schema takes, or the reason why it does not. */
type MessageData =
  | { readonly ok: true; readonly data: unknown }
  | {
      readonly ok: false;
      readonly refusal: { readonly code: ErrorCode; readonly message?: string };
    };

/**
 * Checks the data of a frame by the app's schema, if there are both.
 *
 * @returns the frame with its data as the schema returns it; null: the sender
 *   got an error
 */
export function checkMessageData<Frame extends ClientFrame>(
  context: RoomContext,
  connection: Connection,
  frame: Frame,
): Frame | null {
  if (context.schemas.message === undefined || !("data" in frame)) return frame;
  const checked = readMessageData(context, frame.data);
  if (checked.ok) return { ...frame, data: checked.data };
  const { code, message } = checked.refusal;
  context.sendError(connection, code, { id: frame.id, message });
  return null;
}

/** Checks data by the app's schema, if there are both. */
export function readMessageData(
  context: RoomContext,
  data: unknown,
): MessageData {
  const schema = context.schemas.message;
  if (schema === undefined || data === undefined) return { ok: true, data };
  const checked = checkData(schema, data);
  if ("wrong" in checked)
    return {
      ok: false,
      refusal: { code: "bad_request", message: `data: ${checked.wrong}.` },
    };
  const text =
    "fault" in checked
      ? null
      : dataText(checked.data, LIMITS.messageDataBytesMax);
  if (text !== null) return { ok: true, data: JSON.parse(text) };
  const code = "fault" in checked ? checked.fault : "not_json";
  context.effects.logs.push({ event: "schema failed", code });
  return { ok: false, refusal: { code: "internal" } };
}
