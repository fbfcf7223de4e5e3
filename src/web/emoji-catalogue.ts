// Emoji catalogue: loads the emoji of the picker, and remembers those that were used last.
import { type EmojiGroups, readEmoji } from "./emoji-search.ts";
import { deviceStore, parseStringList } from "./local-store.ts";

let loading: Promise<EmojiGroups> | null = null;

/** Loads the lists once. Rejects if a file does not arrive. */
export function loadEmoji(): Promise<EmojiGroups> {
  loading ??= load().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<EmojiGroups> {
  const [{ ENGLISH_EMOJI }, { CHINESE_EMOJI }] = await Promise.all([
    import("./emoji-data/emoji-en.ts"),
    import("./emoji-data/emoji-zh.ts"),
  ]);
  return readEmoji(ENGLISH_EMOJI, CHINESE_EMOJI);
}

const RECENT_KEY = "emoji";
const RECENT_MAX = 16;

/** The newest first. */
export function recentEmoji(): string[] {
  return parseStringList(deviceStore.get(RECENT_KEY)).slice(0, RECENT_MAX);
}

export function noteRecentEmoji(sign: string): void {
  const others = recentEmoji().filter((one) => one !== sign);
  const all = [sign, ...others].slice(0, RECENT_MAX);
  deviceStore.set(RECENT_KEY, JSON.stringify(all));
}
