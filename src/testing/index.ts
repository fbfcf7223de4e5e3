// Package entry of the test kit: an app imports createTestChat and its types from here.
import type { ChatTypes } from "../hooks/hooks.ts";
import { MemoryChat } from "./memory-chat.ts";
import type { TestChat, TestChatOptions } from "./test-chat.ts";

export * from "./test-chat.ts";

/**
 * Creates a chat in memory: rooms and names as on a server, with a clock that
 * the test moves. It needs `node:sqlite`: Node 22.13 or later, Deno or Bun.
 *
 * @throws Error with the name of each wrong setting
 */
export const createTestChat: <
  E extends object = object,
  T extends ChatTypes = ChatTypes,
>(
  options?: TestChatOptions<E, T>,
) => TestChat<T> = (options = {}) => new MemoryChat(options);
