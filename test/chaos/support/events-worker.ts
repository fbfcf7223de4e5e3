// Events Worker: a chat whose app posts each batch of stored events to the campaign, which writes them into a file.
import { createChat } from "../../../src/cloudflare/create-chat.ts";

interface SinkEnv {
  readonly SINK: string;
}

const chat = createChat<SinkEnv>({
  async onEvents(batch, { env }) {
    const body = JSON.stringify(batch);
    const { ok } = await fetch(env.SINK, { method: "POST", body });
    if (!ok) throw new Error("The sink is closed.");
  },
});

export const { RoomObject, DirectoryObject, ServiceObject } = chat;
export default chat;
