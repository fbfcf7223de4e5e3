// Link text: shows a link as it was written, but a host with look-alike letters in ASCII.

/** Scripts whose letters do not look like ASCII letters. */
const DISTINCT = [
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}ー0-9-]+$/u,
  /^[\p{Script=Hangul}\p{Script=Han}0-9-]+$/u,
  ...["Arabic", "Hebrew", "Devanagari", "Thai"].map(
    (script) => new RegExp(`^[\\p{Script=${script}}\\p{M}0-9-]+$`, "u"),
  ),
];
const ASCII = /^[a-z0-9-]+$/;
/** Only marks that are easy to see. Letters are decomposed first. */
const ACCENTED =
  /^(?:[a-z0-9-][\u0300-\u0304\u0306\u0308\u030a-\u030c\u0327\u0328]?|[ßæœøþð])+$/;
/**
 * Scripts with letters that look like ASCII. They are accepted below a domain
 * in that script.
 */
const VOUCHED: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:рф|бг|бел|ею|мкд|срб|укр|қаз)$/, /^[\p{Script=Cyrillic}0-9-]+$/u],
  [/^(?:ελ|ευ)$/, /^[\p{Script=Greek}0-9-]+$/u],
];

/**
 * @param words the link as the author wrote it
 * @param href the target of the link
 */
export function linkText(words: string, href: string): string {
  const pattern = href.startsWith("mailto:")
    ? /^(.*@)([^?]*)/
    : /^([a-z][a-z\d+.-]*:\/\/)?([^/?#:\\]*)/i;
  const [, before = "", host = ""] = pattern.exec(words) ?? [];
  if (isReadableHost(host) || !URL.canParse(`https://${host}`)) return words;
  const { hostname } = new URL(`https://${host}`);
  return before + hostname + words.slice(before.length + host.length);
}

/** Returns true if the host cannot be taken for another one. */
function isReadableHost(host: string): boolean {
  // These full stops are typed in East Asian scripts.
  const read = host.replaceAll(/[。．｡]/g, ".").toLowerCase();
  if (read !== read.normalize("NFKC")) return false;
  const labels = read.split(".");
  const last = labels.at(-1) ?? "";
  const [, vouched] = VOUCHED.find(([domain]) => domain.test(last)) ?? [];
  return labels.every(
    (label) =>
      label === "" ||
      ASCII.test(label) ||
      ACCENTED.test(label.normalize("NFD")) ||
      DISTINCT.some((script) => script.test(label)) ||
      vouched?.test(label),
  );
}
