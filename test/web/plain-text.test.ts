// Plain text: a user reads a quote, a pin or a notification without its Markdown marks.
import { beforeAll, expect, test, vi } from "vitest";
import { showNotification } from "../../src/web/desktop-notification.ts";
import { plainText } from "../../src/web/plain-text.ts";
import { loadLinkParser } from "../../src/web/rich-text.ts";

const shown = await vi.hoisted(async () => {
  const { openFakePage } = await import("./support/fake-page.ts");
  openFakePage();
  const bodies: string[] = [];
  class FakeNotification {
    static readonly permission = "granted";
    constructor(_title: string, { body }: { readonly body: string }) {
      bodies.push(body);
    }
    addEventListener() {}
  }
  vi.stubGlobal("Notification", FakeNotification);
  Object.assign(window, { Notification: FakeNotification });
  return bodies;
});

beforeAll(loadLinkParser);

test.for([
  ["**bold** and *italic* and ~~gone~~", "bold and italic and gone"],
  ["`npm run **x**` now", "npm run **x** now"],
  ["[the docs](https://docs.example/a)", "the docs"],
  ["see\n```js\nlet a\n```\nthere", "see\nlet a\nthere"],
  ["> a quote\n\nyes", "a quote\nyes"],
  ["2 * 3 * 4", "2 * 3 * 4"],
] as const)("%j is read as %j", ([text, wanted]) => {
  expect(plainText(text)).toBe(wanted);
});

test("a text of marks alone stays as it was written", () => {
  expect(plainText("```\n```")).toBe("```\n```");
});

test("a notification on the desktop has no marks", () => {
  const text = "**dinner** at `eight`";
  showNotification(
    { ...{ title: "bob", spokenText: "", tag: "1", isForMe: true }, text },
    () => undefined,
  );
  expect(shown).toEqual(["dinner at eight"]);
});
