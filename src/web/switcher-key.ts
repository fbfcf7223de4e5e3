// Switcher key: tells the keys that open the quick switcher from all others.

type Keys = Pick<
  KeyboardEvent,
  "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey"
>;

/**
 * Ctrl+K, or Cmd+K on Apple's systems, where Ctrl+K deletes to the end of a
 * line.
 */
export function isSwitcherKey(keys: Keys, isApple: boolean): boolean {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = keys;
  // A layout without Latin letters has another letter on that key.
  const isK = key.toLowerCase() === "k" || (code === "KeyK" && key > "~");
  const isHeld = isApple ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  return isK && isHeld && !altKey && !shiftKey;
}
