// Message data: every second message of the model carries JSON, which its text determines.
import assert from "node:assert/strict";
import type {
  MessageFrame,
  PrivateFrame,
  PrivateMessage,
  RoomEvent,
} from "../../../src/protocol/client-frames.ts";

const EVEN_NUMBER = /^\d*[02468](?!\d)/;

/** @returns the `data` that a message with this text has, with all types of JSON */
export function dataOf(text: string): unknown {
  if (!EVEN_NUMBER.test(text)) return undefined;
  return { text: text.slice(0, 80), list: [text.length, null, { yes: true }] };
}

/** Adds the data to a frame that is sent. */
export function withData<const Frame extends MessageFrame | PrivateFrame>(
  frame: Frame,
): Frame {
  const data = dataOf(frame.text);
  return data === undefined ? frame : { ...frame, data };
}

/** Checks that a message which somebody has got carries the data as it was sent. */
export function expectData(event: RoomEvent | PrivateMessage) {
  if (event.type !== "message" && event.type !== "private") return;
  const { text, data } = event;
  assert.deepEqual(data, dataOf(text), `the data of ${text.slice(0, 80)}`);
}
