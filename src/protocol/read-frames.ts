// Read frames: defines the schemas and types of read markers and of the list of one's rooms.
import * as v from "valibot";
import { cursor, epoch, id } from "./frame-fields.ts";

export const ReadSchema = v.object({
  type: v.literal("read"),
  seq: v.optional(cursor),
  epoch: v.optional(epoch),
  mail: v.optional(cursor),
  id: v.optional(id),
});
export const RoomsSchema = v.object({
  type: v.literal("rooms"),
  before: v.optional(v.pipe(v.string(), v.maxLength(256))),
});
export const ForgetSchema = v.object({
  type: v.literal("forget"),
  room: v.pipe(v.string(), v.maxLength(256)),
});
