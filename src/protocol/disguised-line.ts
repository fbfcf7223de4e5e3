// Disguised line: finds a command, an address or a secret in a line that looks like plain text.

/** Characters that are invisible, or that nobody types on purpose. */
export const INVISIBLE: string = String.raw`\p{C}\p{Z}\p{M}\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800\ufffc\ufffd`;
export const PUNCTUATION: string = String.raw`\p{P}\p{Sm}\p{Sc}\p{Sk}`;
export const AT_SIGNS = "@＠﹫";
/**
 * Slashes, their lookalikes, and the characters on the same key of other
 * layouts.
 */
export const SLASHES: string = String.raw`\/／⁄∕⧸╱⟋\\＼、`;
/** Letters and signs that count as a slash only if a command follows. */
const SLASH_LOOKALIKES =
  "\u1735\u2041\u3033\u30ce\uff89\u4e3f\u2cc6\u{1d23a}\u2f03\u31d3\u29f6\u2afb\u2afd\u2e4a";
const NO_LETTER = String.raw`(?![\p{L}\p{M}\p{N}_])`;

/** Text that stands before a copied or numbered line, one item at a time. */
const PREFIX_ITEMS = [
  // :wave:
  String.raw`:[\w+-]{1,40}:(?!\w)`,
  // a prompt's start: (venv) user@host$, PS C:\>
  String.raw`\([\w.-]{1,40}\)\s(?=\S{1,80}[$#%>]\s)`,
  String.raw`PS\s(?=\S{0,80}>\s?)`,
  // [user@host ~]$
  String.raw`\[[^\s\]]{1,64}@[^\s\]]{1,64}(?:\s[^\s\]]{1,64})?\][$#%]`,
  // user@host ~ %, src git:(main) ✗, In [1]:
  String.raw`[\w.-]{1,64}@[\w.-]{1,64}(?:[:\s][\w.~\/-]{1,64})?\s[$#%](?=\s)`,
  String.raw`[\w.~\/-]{1,64}\sgit:\([^\s)]{1,64}\)\s`,
  String.raw`(?:In|Out)\s?\[\p{N}+\]:`,
  // alice>, user@host:~$, alice |
  String.raw`[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.@~:\/\\\-]{0,80}(?:[>$#%❯›»➜]|\s?[>|│┃❯›])(?=[\s@\/])`,
  // Nov 28, 下午12:04, No. 1, 第1
  String.raw`(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[.,]?\s{1,2}(?=\p{N}|[a-z]{3}\s)`,
  String.raw`(?:上午|下午|午前|午後|第|no\.?|nr\.?|step)\s?(?=\p{N})`,
  "[一二三四五六七八九十]{1,3}[、.．)）]",
  // 12:04:05, 2026-11-28T12:04Z, 12.04 pm
  String.raw`\p{N}(?:[:.,\/hT+\-]?\p{N})*(?:Z|\s?[ap]m)?(?![\p{L}])`,
  // a., iv), [x]
  String.raw`(?:[a-z]|[ivx]{1,5})[.)\]．）、]`,
  // me: /rotate
  String.raw`[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.\-]{0,31}\s?[:：]\s*(?=[${SLASHES}](?:rotate|join|msg)\s+\S)`,
  // One mark, emoji or blank.
  String.raw`[${INVISIBLE}${PUNCTUATION}\p{So}\p{N}]`,
];
const PREFIX_ITEM = new RegExp(PREFIX_ITEMS.join("|"), "iuy");
/** No list mark, stamp or prompt is longer. */
const PREFIX_UNITS_MAX = 160;

const ADDRESS = new RegExp(`[${AT_SIGNS}][\\p{L}\\p{N}]`, "uy");
/** The form in which the terminal and the text format show private messages. */
const PRIVATE_COPY = /\(private\)(?:\s|$)/iuy;
const CIRCLED_AT = /^[ⓐⒶ🅐🄰🅰][\p{L}\p{N}]/u;
/** The encodings of URLs, HTML and JSON. */
const ENCODED =
  /^(?:%40|&#(?:0*64|x0*40);|&commat;|\\u0040)[\p{L}\p{N}]|^(?:%2f|&#(?:0*47|x0*2f);|&sol;|\\u002f)[a-z]+\s/iu;

/**
 * Tells whether an address or a command follows after list marks, numbers,
 * stamps, prompts and emoji only.
 */
export function createPrefixMatcher(
  commands: readonly string[],
): (line: string) => boolean {
  const command = new RegExp(
    `[${SLASHES}${SLASH_LOOKALIKES}](?:${commands.join("|")})${NO_LETTER}`,
    "iuy",
  );
  return (line) => {
    const isAt = (pattern: RegExp, at: number) => {
      pattern.lastIndex = at;
      return pattern.test(line);
    };
    for (let at = 0; at < Math.min(line.length, PREFIX_UNITS_MAX); ) {
      if (isAt(ADDRESS, at) || isAt(command, at) || isAt(PRIVATE_COPY, at))
        return true;
      if (!isAt(PREFIX_ITEM, at)) return false;
      at = PREFIX_ITEM.lastIndex;
    }
    return false;
  };
}

/**
 * Tells whether the line begins with an `@` in a form that no client reads.
 *
 * @param seen the line from its first visible character
 */
export function hasUnsupportedSigil(seen: string): boolean {
  return CIRCLED_AT.test(seen) || ENCODED.test(seen);
}

const START = String.raw`(?<![\p{L}\p{M}\p{N}_])`;
/** A command that takes a secret, with the secret, anywhere in a line. */
const SECRET_COMMAND = new RegExp(
  String.raw`${START}(rotate|register|identify|pass|auth|login|join\s+\S{1,128})${NO_LETTER}(?:\s?[:=：]\s*|\s+)(?:(?:to|with|token|secret|is|->|=>|=)\s+)?([!-~]{16,})`,
  "giu",
);
/** Nothing but marks stands before the command. */
const AT_START = new RegExp(`^[${INVISIBLE}${PUNCTUATION}]*$`, "u");
const LABELLED_SECRET = new RegExp(
  String.raw`${START}[\w-]{0,40}(?:token|secret|password|passwd|passphrase|api[_-]?key|密码|密碼|口令|令牌)["']?\s*[:=：]\s*["']?([\w~+\/=.\-!#%^&*]{16,})(?=["'\s,;]|$)`,
  "giu",
);
const UNLABELLED_SECRET = new RegExp(
  String.raw`${START}(?:token|password)\s+(?=[!-~]*\d)([!-~]{16,})`,
  "giu",
);
const AUTHORIZATION =
  /(?<![\w-])Authorization\s?:\s*(?:Bearer|Basic|Token|Digest)\s+\S/iu;
const OPTION = /(?<!\S)--?(?:token|secret|password)[\s=]+["']?([!-~]{16,})/giu;
const BEARER = new RegExp(String.raw`${START}Bearer\s+([!-~]{16,})`, "giu");
const JWT = /(?<![\w-])eyJ[\w-]{4,}\.[\w-]{2,}\.[\w-]*/u;
/** `PASS hunter2`, as in IRC, and nothing else. */
const SHORT_SECRET = new RegExp(
  String.raw`^[${INVISIBLE}${PUNCTUATION}]*(?:pass|identify|rotate|auth|login)(?:\s?[:=：]\s*|\s+)(?=[!-~]*\d)([!-~]{8,})\s*$`,
  "giu",
);
const RAW_MESSAGE = new RegExp(
  String.raw`^[${INVISIBLE}${PUNCTUATION}]*(?:privmsg|msg)\s+(?!(?:me|us|him|her|them|you|if|when|and|or|the|is|was)${NO_LETTER})@?[\p{L}\p{N}][\p{L}\p{M}\p{N}_.\-]*[,:]?\s+\S`,
  "iu",
);
/**
 * The same with the commands of other clients. As plain words they are common,
 * so a mark must stand before them.
 */
const MARKED_MESSAGE = new RegExp(
  String.raw`^[${INVISIBLE}]*[.!:;\\\-]+(?:tell|whisper|w|pm|dm|query|notice)\s+@?[\p{L}\p{N}]\S*\s+\S`,
  "iu",
);

const URL_LIKE = /^[("'<[]*[a-z][a-z\d+.-]*:\/\//iu;
const EMAIL = /^[("'<[]*[\w.+-]+@[\w-]+(?:\.[\w-]+)+[)"'>\].,:;!?]*$/u;
const FILE = /^(?:[\w@.-]*\/)+[\w.-]*\.\w{1,5}$/u;
/** An ordinary word, or several with hyphens. */
const WORDS = /^[("']*[A-Za-z][a-z]*(?:[-'/][a-z]+)*[)"'.,:;!?]*$/u;
/** A member access in code, such as `process.env.TOKEN`. */
const MEMBER = /^[a-z_]\w*(?:\.[a-z_]\w*)+$/iu;

function isHarmless(word: string): boolean {
  return URL_LIKE.test(word) || EMAIL.test(word) || FILE.test(word);
}

function hasSecretCommand(line: string): boolean {
  for (const match of line.matchAll(SECRET_COMMAND)) {
    const [, command = "", word = ""] = match;
    if (isHarmless(word)) continue;
    const before = line.slice(0, match.index);
    const after = line.slice(match.index + match[0].length);
    const isMeant =
      /^rotate$/iu.test(command) ||
      (AT_START.test(before) && after.trim() === "") ||
      /[/\\.!:]$/u.test(before);
    if (isMeant || !WORDS.test(word)) return true;
  }
  return false;
}

/**
 * Tells whether the text holds a secret, or the wire form of a private message.
 */
export function containsSecret(text: string): boolean {
  const [line = ""] = text.trimStart().split("\n", 1);
  const holds = (pattern: RegExp, isPlain: (word: string) => boolean) =>
    [...line.matchAll(pattern)].some(([, word = ""]) => !isPlain(word));
  return (
    JWT.test(text) ||
    hasSecretCommand(line) ||
    holds(SHORT_SECRET, isHarmless) ||
    AUTHORIZATION.test(line) ||
    RAW_MESSAGE.test(line) ||
    MARKED_MESSAGE.test(line) ||
    holds(OPTION, isHarmless) ||
    holds(UNLABELLED_SECRET, isHarmless) ||
    holds(BEARER, (word) => WORDS.test(word)) ||
    holds(LABELLED_SECRET, (word) => MEMBER.test(word) || isHarmless(word))
  );
}
