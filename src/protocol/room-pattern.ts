// Room pattern: matches room names with the patterns of settings and tokens, in which `*` stands for any characters or none.

/**
 * Tells whether one of the patterns matches the name. Case counts, as in room
 * names.
 */
export function matchesRoom(
  patterns: readonly string[],
  room: string,
): boolean {
  return patterns.some((pattern) => matches(pattern.normalize("NFKC"), room));
}

/**
 * The first match of each part is as good as a later one, so the time is
 * linear.
 */
function matches(pattern: string, room: string): boolean {
  const [head = "", ...parts] = pattern.split("*");
  const tail = parts.pop();
  if (tail === undefined) return room === head;
  if (!room.startsWith(head)) return false;
  let at = head.length;
  for (const part of parts) {
    const found = room.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return room.length - tail.length >= at && room.endsWith(tail);
}
