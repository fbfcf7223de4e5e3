// The code of an app's server, as far as its types go: correct code passes, wrong code does not.
import { allow, type ChatEnv, createChat, deny } from "edge-chat/cloudflare";
import { createChat as createOnDeno } from "edge-chat/deno";
import { CLOSE_CODES, LIMITS, type ServerFrame } from "edge-chat/protocol";
import { Hono } from "hono";

interface Env extends ChatEnv {
  readonly PLAN: string;
}

const chat = createChat<Env, { message: { sticker?: string } }>({
  settings: { TEXT_MAX: 100 },
  onJoin: ({ env }) => (env.PLAN === "free" ? deny("forbidden") : allow()),
  async onMessage({ message, user }) {
    return message.data?.sticker === user.username
      ? deny("forbidden", "Not here.")
      : allow({ text: message.text.trim() });
  },
});
export const { RoomObject, DirectoryObject, ServiceObject } = chat;
export default new Hono<{ Bindings: Env }>().route("/chat", chat.app);

// @ts-expect-error there is no such setting
createChat({ settings: { TEXT: 1 } });
// @ts-expect-error a verdict is no boolean
createChat({ onJoin: () => true });
// @ts-expect-error the code of a verdict is one of a list
createChat({ onJoin: () => deny("nope") });
// @ts-expect-error the data folder is missing
createOnDeno({});

export function seqOf(frame: ServerFrame): number {
  if (frame.type === "message") return frame.seq;
  return CLOSE_CODES.banned.code + LIMITS.historyPageMax;
}
