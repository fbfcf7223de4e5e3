// Message data: the app's schema checks the data of messages to the room and to users, before anything else sees it.
import type { ClientFrame } from "../../protocol/client-frames.ts";
import { dataText } from "../../protocol/custom-data.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { checkData } from "../../protocol/standard-schema.ts";
import type { Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";

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
  const schema = context.schemas.message;
  if (schema === undefined || !("data" in frame)) return frame;
  const { id } = frame;
  const checked = checkData(schema, frame.data);
  if ("fault" in checked) {
    const { fault: code } = checked;
    context.effects.logs.push({ event: "schema failed", code });
    context.sendError(connection, "internal", { id });
    return null;
  }
  if ("wrong" in checked) {
    const message = `data: ${checked.wrong}.`;
    context.sendError(connection, "bad_request", { id, message });
    return null;
  }
  const text = dataText(checked.data, LIMITS.messageDataBytesMax);
  if (text !== null) return { ...frame, data: JSON.parse(text) };
  context.effects.logs.push({ event: "schema failed", code: "not_json" });
  context.sendError(connection, "internal", { id });
  return null;
}
