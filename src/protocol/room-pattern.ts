// Patterns of room names, as settings and tokens hold them: `*` stands for any characters, also none.

/** Does one of the patterns fit the name? Case counts, as in room names. */
export function matchesRoom(
  patterns: readonly string[],
  room: string,
): boolean {
  return patterns.some((pattern) => matches(pattern.normalize("NFKC"), room));
}

/** The first place that fits is as good as any: linear, whatever the pattern. */
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
