// Name key: makes two spellings of one username equal.

/**
 * An approximation of the server's rule, so that one conversation does not
 * appear twice. Where only the server can decide, the page takes the server's
 * spelling.
 */
export function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
