// Name key: the form of a username in which the page compares two of them.

/**
 * Roughly as the server does it, so that one conversation does not become two.
 * Where only the server knows better, it says how the name is spelt.
 */
export function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
