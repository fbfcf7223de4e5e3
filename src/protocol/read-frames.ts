// Read frames: defines the schemas and types of read markers and of the list of one's rooms.
import * as v from "valibot";
import { cursor, epoch, id } from "./frame-fields.ts";
import { roomsPageMax } from "./limits.ts";

export const ReadSchema = v.object({
  type: v.literal("read"),
  seq: v.optional(cursor),
  epoch: v.optional(epoch),
  mail: v.optional(cursor),
  id: v.optional(id),
});
const RoomReadSchema = v.object({
  room: v.pipe(v.string(), v.maxLength(256)),
  epoch,
  seq: cursor,
});
export const RoomsSchema = v.object({
  type: v.literal("rooms"),
  before: v.optional(v.pipe(v.string(), v.maxLength(256))),
  read: v.optional(v.pipe(v.array(RoomReadSchema), v.maxLength(roomsPageMax))),
});
export const ForgetSchema = v.object({
  type: v.literal("forget"),
  room: v.pipe(v.string(), v.maxLength(256)),
});
