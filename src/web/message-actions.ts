// Message actions: decides what the user may do to a message, so that no button is offered that cannot work.
import type { DisplayMessage } from "./display-message.ts";

export type MessageAction =
  | "react"
  | "reply"
  | "thread"
  | "edit"
  | "copy"
  | "link"
  | "pin"
  | "report"
  | "delete";

/** What the server and the room allow. */
export interface MessageRights {
  /** A private conversation has no message numbers, and no threads. */
  readonly place: "room" | "thread" | "peer";
  /**
   * How long authors may change their messages, in seconds; undefined: the
   * server is older than changes of messages.
   */
  readonly editSeconds: number | undefined;
  /** May pin, and delete messages of others. */
  readonly isModerator: boolean;
  /** Is muted, or the room is locked. */
  readonly isSilenced: boolean;
}

/** In the order in which they are offered. */
export function allowedActions(
  message: DisplayMessage,
  { place, editSeconds, isModerator, isSilenced }: MessageRights,
  now: number,
): MessageAction[] {
  const { seq, state, mine, at, isDeleted, pendingChange } = message;
  if (isDeleted || state !== "sent") return [];
  if (place === "peer" || seq === undefined) return ["copy"];
  if (editSeconds === undefined || pendingChange === "delete")
    return ["copy", "link"];
  const isOwnStill = mine && now - at < editSeconds * 1000;
  return [
    ...(isSilenced ? [] : (["react", "reply"] as const)),
    ...(place === "room" ? (["thread"] as const) : []),
    ...(isOwnStill && !isSilenced ? (["edit"] as const) : []),
    "copy",
    "link",
    ...(isModerator ? (["pin"] as const) : []),
    ...(mine || isSilenced ? [] : (["report"] as const)),
    ...(isOwnStill || isModerator ? (["delete"] as const) : []),
  ];
}

/** The newest own message that may still be changed. */
export function lastEditable(
  messages: readonly DisplayMessage[],
  rights: MessageRights,
  now: number,
): DisplayMessage | undefined {
  return messages.findLast((message) =>
    allowedActions(message, rights, now).includes("edit"),
  );
}
