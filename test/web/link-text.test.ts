// Link text: a link with look-alike letters shows its real host in ASCII.
import { beforeAll, expect, test } from "vitest";
import { loadLinkParser, parseRichText } from "../../src/web/rich-text.ts";

beforeAll(loadLinkParser);

function shown(text: string): string {
  return parseRichText(text, "")
    .map((part) => (part.kind === "link" ? part.label : part.text))
    .join("");
}

test.for([
  // Only Cyrillic, Cyrillic among Latin, Greek, and Armenian letters.
  ["https://аррӏе.com/login", "https://xn--80ak6aa92e.com/login"],
  ["see https://pаypal.com.", "see https://xn--pypal-4ve.com."],
  [
    "https://www.аррӏе.com:8443/?a#b",
    "https://www.xn--80ak6aa92e.com:8443/?a#b",
  ],
  ["https://gοοgle.com", "https://xn--ggle-0nda.com"],
  ["https://օօ.com", "https://xn--zbba.com"],
  ["https://аррӏе.рус", "https://xn--80ak6aa92e.xn--p1acf"],
  // Marks and letters that are easy to overlook.
  ["https://ạpple.com", "https://xn--pple-4q5a.com"],
  ["https://twıtter.com", "https://xn--twtter-q9a.com"],
  // Full-width letters, and a Cyrillic letter in a Chinese name.
  ["https://ｅｘａｍｐｌｅ.com/x", "https://example.com/x"],
  ["https://中国а.com", "https://xn--80a5998ansf.com"],
  ["eve@аррӏе.com", "eve@xn--80ak6aa92e.com"],
] as const)("a user sees the link %s as %s", ([text, expected]) => {
  expect(shown(text)).toBe(expected);
});

test.for([
  "https://example.com/аррӏе?q=аррӏе#аррӏе",
  "https://xn--80ak6aa92e.com",
  "https://例子.测试/路",
  "https://10086.中国移动.中国",
  "https://日本語ドメイン.jp",
  "https://한국.kr",
  "https://пример.рф",
  "https://münchen.de/straße",
  "https://كتاب.com",
  "carol@example.com",
  "mailto:carol@example.com?subject=аррӏе",
  "example.org",
])("a user sees the link %s as it was written", (text) => {
  expect(shown(text)).toBe(text);
});
