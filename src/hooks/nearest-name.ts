// Nearest name: this function finds the known name for which a misspelled one probably stands.

/** `changes` letters are added, dropped or replaced between both, whatever their case. */
interface Nearest {
  readonly name: string;
  readonly changes: number;
}

/** @returns of the known names, the one with the fewest changes */
export function nearestName(name: string, known: readonly string[]): Nearest {
  let nearest: Nearest = { name: "", changes: Infinity };
  for (const one of known) {
    const changes = changesBetween(name.toLowerCase(), one.toLowerCase());
    if (changes < nearest.changes) nearest = { name: one, changes };
  }
  return nearest;
}

/** Levenshtein's distance. */
function changesBetween(from: string, to: string): number {
  // Changes from the letters so far to each beginning of `to`.
  let row = Array.from({ length: to.length + 1 }, (_, length) => length);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const [dropped, replaced] = [row[j + 1] ?? 0, row[j] ?? 0];
      const kept = letter === to[j] ? replaced : replaced + 1;
      next.push(Math.min(dropped + 1, (next[j] ?? 0) + 1, kept));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
