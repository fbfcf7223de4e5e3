// Stored change: defines what a user does to a message or to the room, and makes the event that its ack stands for.
import type {
  DeleteFrame,
  EditFrame,
  ModerateFrame,
  PinFrame,
  ReactFrame,
} from "../protocol/client-frames.ts";
import type { RoomEvent } from "../protocol/server-frames.ts";
import { hasFields } from "./parse-frame.ts";

/** Without the id; what is not given is absent. */
type WithoutId<Frame> = {
  [Key in keyof Frame as Exclude<Key, "id">]: Exclude<Frame[Key], undefined>;
};

type TopicFrame = Extract<ModerateFrame, { action: "topic" }>;

/** The frame of an edit, a deletion, a reaction, a pin or a topic. */
export type ChangeFrame =
  | EditFrame
  | DeleteFrame
  | ReactFrame
  | PinFrame
  | TopicFrame;

/** The same without the id. */
export type StoredChange =
  | WithoutId<EditFrame>
  | WithoutId<DeleteFrame>
  | WithoutId<ReactFrame>
  | WithoutId<PinFrame>
  | WithoutId<TopicFrame>;

/** True if this release can send it. */
export function isStoredChange(value: unknown): value is StoredChange {
  return (
    hasFields(value, "type") &&
    (/^(edit|delete|react|pin)$/.test(`${value.type}`) ||
      (value.type === "moderate" && value.action === "topic"))
  );
}

/**
 * True if it may be sent again though it may have arrived: it makes the same
 * once more, or the server refuses it.
 */
export function isRepeatable(change: StoredChange): boolean {
  return change.type !== "edit" || change.was !== undefined;
}

/** The fields of an event that the ack tells. */
interface Header {
  readonly room: string;
  readonly user: string;
  readonly username: string;
  readonly id: string;
  readonly seq: number;
  readonly at: number;
}

/** @returns null for a reaction: its event comes by itself */
export function ackedChange(
  change: StoredChange,
  header: Header,
): RoomEvent | null {
  switch (change.type) {
    case "edit": {
      const { epoch: _, was: __, ...fields } = change;
      return { ...fields, type: "edited", ...header };
    }
    case "delete": {
      const { epoch: _, ...fields } = change;
      return { ...fields, type: "deleted", ...header };
    }
    case "pin": {
      const { of, on } = change;
      return { type: on ? "pinned" : "unpinned", of, ...header };
    }
    case "moderate":
      return { type: "topic", text: change.text, ...header };
    case "react":
      return null;
    default:
      return change satisfies never;
  }
}
