// Package entry on Cloudflare: an app imports createChat, the verdicts of hooks and their types from here.
import type { ChatTypes } from "../hooks/hooks.ts";
import type { Chat, ChatEnv, ChatOptions } from "./chat.ts";
import { createChat as createWithParts } from "./create-chat.ts";

export type * from "../hooks/hooks.ts";
export * from "../hooks/verdict.ts";
export * from "../hosting/server-hand.ts";
export type * from "./chat.ts";

/**
 * Creates a chat. It reads nothing but its arguments, and the environment of
 * each object and request.
 *
 * @throws Error with the name of each wrong setting in the arguments
 */
export const createChat: <E = ChatEnv, T extends ChatTypes = ChatTypes>(
  options?: ChatOptions<E, T>,
) => Chat<E, T> = createWithParts;
