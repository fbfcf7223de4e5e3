// Hooks that allow everything: at once, or a moment later where HOOKS is "async".
import { allow, type Hooks } from "edge-chat/hooks";

interface HookEnv {
  readonly HOOKS?: string;
}

function answer<Value>({ HOOKS }: HookEnv, value: Value) {
  if (HOOKS !== "async") return value;
  return new Promise<Value>((resolve) => {
    setTimeout(() => resolve(value), 1);
  });
}

export const hooks: Hooks<HookEnv> = {
  onJoin: ({ env }) => answer(env, allow()),
  onMessage: ({ env }) => answer(env, allow()),
  onPrivate: ({ env }) => answer(env, allow()),
  onLeave() {},
};
