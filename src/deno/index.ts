// Package entry on Deno: an app imports createChat, the verdicts of hooks and their types from here.
import type { ChatTypes } from "../hooks/hooks.ts";
import type { Chat, ChatOptions } from "./chat.ts";
import { createChat as create } from "./create-chat.ts";

export type * from "../hooks/hooks.ts";
export * from "../hooks/verdict.ts";
export * from "../hosting/server-hand.ts";
export { type Backup, BackupError, backUp } from "./backup.ts";
export type * from "./chat.ts";

/**
 * Creates a chat. It reads nothing but its arguments.
 *
 * @throws Error with the name of each wrong setting, or with the reason why the
 * page or the data folder cannot be opened
 */
export const createChat: <
  E extends object = object,
  T extends ChatTypes = ChatTypes,
>(
  options: ChatOptions<E, T>,
) => Chat<T> = create;
