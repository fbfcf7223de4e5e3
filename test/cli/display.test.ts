// Display: tests the screen of a terminal emulator while lines arrive above the input.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Colours } from "../../src/cli/colours.ts";
import { Display } from "../../src/cli/display.ts";
import type { FooterView } from "../../src/cli/footer.ts";
import { columnsOf } from "../../src/cli/graphemes.ts";
import { type StyledLine, styled } from "../../src/cli/styled-text.ts";
import { Emulator, type EmulatorOptions } from "./support/emulator.ts";

const STATUS = "● lobby · connected";
/** Longer than a narrow window. */
const LONG_STATUS = `● lobby · connected · 4 here: ${"somebody, ".repeat(4)}`;

class DisplayFixture {
  readonly emulator: Emulator;
  readonly display: Display;
  readonly view: { -readonly [Key in keyof FooterView]: FooterView[Key] } = {
    text: "",
    cursor: 0,
    above: [[styled(STATUS, "faint")]],
  };

  constructor(options: EmulatorOptions = {}) {
    this.emulator = new Emulator(options);
    this.display = new Display(
      this.emulator,
      new Colours("many"),
      !options.reflowsCursorRow,
      () => this.view,
    );
  }

  type(text: string, cursor = text.length): void {
    this.view.text = text;
    this.view.cursor = cursor;
  }

  async show(...lines: StyledLine[]): Promise<void> {
    this.display.show(lines);
    await this.settled();
  }

  async settled(): Promise<void> {
    await Promise.resolve();
    await this.emulator.settled();
  }
}

function messageLine(name: string, text: string): StyledLine {
  return [styled(name, "name"), styled(": "), styled(text)];
}

test("a line that arrives is printed above the input, which stays whole", async () => {
  const fixture = new DisplayFixture();
  fixture.type("half a sent");
  await fixture.show();
  await fixture.show(messageLine("bob", "hello"), messageLine("carol", "hi"));
  expect(fixture.emulator.lines).toEqual([
    "bob: hello",
    "carol: hi",
    STATUS,
    "> half a sent",
  ]);
  expect(fixture.emulator.beforeCursor).toBe("> half a sent");
});

test("an input longer than the row continues below, with the cursor in its place", async () => {
  const fixture = new DisplayFixture({ columns: 20 });
  fixture.type("0123456789abcdefghijklmnopqrstuvwxyz", 12);
  await fixture.show(messageLine("bob", "hello"));
  expect(fixture.emulator.lines).toEqual([
    "bob: hello",
    STATUS,
    "> 0123456789abcdefg",
    "  hijklmnopqrstuvwx",
    "  yz",
  ]);
  expect(fixture.emulator.beforeCursor).toBe("> 0123456789ab");
});

test("Chinese and emoji take two columns, and the cursor stands behind them", async () => {
  const fixture = new DisplayFixture({ columns: 12 });
  fixture.type("李雷李蕾👨‍👩‍👧好");
  await fixture.show();
  expect(fixture.emulator.lines).toEqual([
    "● lobby · …",
    "> 李雷李蕾",
    "  👨‍👩‍👧好",
  ]);
  expect(fixture.emulator.cursorX).toBe(6);
});

test("no row is torn in a terminal that draws a character wider than computed", async () => {
  const fixture = new DisplayFixture({ columns: 24, knowsEmoji: false });
  fixture.type("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧");
  for (let n = 0; n < 5; n++)
    await fixture.show(messageLine("bob", `number ${n}`));
  expect(fixture.emulator.lines.slice(0, 5)).toEqual(
    [0, 1, 2, 3, 4].map((n) => `bob: number ${n}`),
  );
  expect(fixture.emulator.lines).toHaveLength(7);
});

test("words stay whole, and no row of a text looks like another user's line", async () => {
  const fixture = new DisplayFixture({ columns: 24 });
  await fixture.show(messageLine("eve", `hi${" ".repeat(40)}bob: I owe you`));
  await fixture.show(messageLine("eve", "two\nbob: lines"));
  await fixture.show(messageLine("bob", "something that is long"));
  await fixture.show(messageLine("bob", "averyveryverylongwordindeed"));
  const transcript = fixture.emulator.lines.slice(0, -2);
  expect(transcript.filter((line) => line.startsWith("bob"))).toEqual([
    "bob: something that is",
    "bob: averyveryverylongwo",
  ]);
  expect(transcript).toContain("    │ bob: lines");
  expect(transcript.join("\n")).toMatch(/^ {4}│ .*bob: I/m);
  expect(transcript).toContain("    │ rdindeed");
});

test("no text of a user moves the cursor, changes colours or clears the screen", async () => {
  const fixture = new DisplayFixture();
  fixture.type("typing");
  await fixture.show(messageLine("bob", "before"));
  await fixture.show(
    messageLine(
      "eve\u001b[31m",
      "\u001b[2J\u001b[H\u001b]0;x\u0007\u009b5A\rgone\b\b",
    ),
  );
  await fixture.show(messageLine("carol", "after"));
  const { lines } = fixture.emulator;
  expect(lines[0]).toBe("bob: before");
  expect(lines[1]).toContain("eve␛[31m: ␛[2J␛[H␛]0;x␇\ufffd5A");
  expect(lines[2]).toBe("    │ gone␈␈");
  expect(lines.slice(3)).toEqual(["carol: after", STATUS, "> typing"]);
  expect(fixture.emulator.colourAt("after")).toBeNull();
});

test("a footer taller than the screen shows the part around the cursor", async () => {
  const fixture = new DisplayFixture({ columns: 30, rows: 6 });
  await fixture.show(messageLine("bob", "hello"));
  const rows = Array.from({ length: 20 }, (_, n) => `row ${n}`).join("\n");
  fixture.type(rows);
  await fixture.show();
  await fixture.show(messageLine("bob", "again"));
  expect(fixture.emulator.lines).toEqual([
    "bob: hello",
    "bob: again",
    STATUS,
    "  row 16",
    "  row 17",
    "  row 18",
    "  row 19",
  ]);
  fixture.type("");
  await fixture.show();
  expect(fixture.emulator.lines.slice(-2)).toEqual([STATUS, ">"]);
});

test("a user who leaves finds the terminal restored below the transcript", async () => {
  const fixture = new DisplayFixture();
  fixture.type("half");
  await fixture.show(messageLine("bob", "hello"));
  fixture.display.leave([[styled("bye")]]);
  await fixture.settled();
  expect(fixture.emulator.lines).toEqual(["bob: hello", "bye"]);
  expect(fixture.emulator.written).toContain("\u001b[?2004l");
});

const words = fc.constantFrom(
  "a",
  "word",
  "李雷",
  "🎉",
  "👩🏽‍💻",
  "e\u0301",
  "\n",
  "x".repeat(30),
);
const text = fc.array(words, { maxLength: 12 }).map((all) => all.join(" "));
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ said: text }) },
  { weight: 3, arbitrary: fc.record({ typed: text, at: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      columns: fc.integer({ min: 20, max: 90 }),
      rows: fc.integer({ min: 8, max: 30 }),
    }),
  },
);

/**
 * Terminals disagree on the cursor after they reflow a long row, unless it
 * stands at the end of the row: then a part of the input may stay above.
 */
function isSimple({ text, cursor }: FooterView, columns: number): boolean {
  return (
    cursor === text.length ||
    (!text.includes("\n") && columnsOf(text) < columns - 3)
  );
}

test.for([false, true])(
  "each line is printed once and in order, whatever a user types and however the window changes (the cursor's row reflows: %s)",
  async (reflowsCursorRow) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        async (steps) => {
          const fixture = new DisplayFixture({
            columns: 60,
            rows: 16,
            reflowsCursorRow,
          });
          fixture.view.above = [[styled(LONG_STATUS)]];
          await fixture.show();
          let count = 0;
          let isClean = true;
          for (const one of steps) {
            if ("said" in one)
              await fixture.show(messageLine(`<${count++}>`, one.said));
            else if ("typed" in one) {
              fixture.type(one.typed, Math.min(one.at, one.typed.length));
              await fixture.show();
            } else {
              isClean &&= isSimple(fixture.view, one.columns);
              fixture.emulator.resize(one.columns, one.rows);
              await fixture.show();
            }
          }
          await fixture.show(messageLine(`<${count++}>`, "end"));
          const { lines } = fixture.emulator;
          const numbers = lines.flatMap(
            (line) => /^<(\d+)>:(?: |$)/.exec(line)?.[1] ?? [],
          );
          expect(numbers).toEqual(
            Array.from({ length: count }, (_, n) => `${n}`),
          );
          // The status and the input follow the last line.
          const last = lines.lastIndexOf(`<${count - 1}>: end`);
          expect(lines.slice(last + 1).join("\n")).toMatch(
            /^● lobby[^\n]*\n[> ][^●]*$/,
          );
          const typed = lines.filter((line) => /^>( |$)/.test(line));
          if (isClean) expect(typed).toHaveLength(1);
        },
      ),
      { numRuns: 60 },
    );
  },
);

test("the bell rings once for all that comes at the same time", async () => {
  const fixture = new DisplayFixture();
  const bells = () => fixture.emulator.written.split("\u0007").length - 1;
  await fixture.show(messageLine("bob", "hello"));
  expect(bells()).toBe(0);
  fixture.display.ring();
  fixture.display.ring();
  await fixture.show(messageLine("bob", "hi @alice"));
  await fixture.show();
  expect(bells()).toBe(1);
});
