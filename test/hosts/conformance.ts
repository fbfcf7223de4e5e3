// Gives the conformance tests a server: the one at EDGE_CHAT_URL, or one of our own.
import { settings } from "../conformance/settings.ts";
import { startCloudflare } from "./cloudflare.ts";

export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.EDGE_CHAT_URL !== undefined) return undefined;
  const { harness, url } = await startCloudflare(settings);
  process.env.EDGE_CHAT_URL = url;
  return () => harness.close();
}
