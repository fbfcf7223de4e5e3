// What stands on a real terminal's screen while lines come in above the one that is typed.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BlockView } from "../../src/cli/block.ts";
import { Colours } from "../../src/cli/colours.ts";
import { Display } from "../../src/cli/display.ts";
import { columnsOf } from "../../src/cli/graphemes.ts";
import { type Line, span } from "../../src/cli/span.ts";
import { Emulator, type EmulatorOptions } from "./emulator.ts";

const STATUS = "● lobby · live";
/** Longer than a narrow window. */
const LONG_STATUS = `● lobby · live · 4 here: ${"somebody, ".repeat(4)}`;

class Desk {
  readonly emulator: Emulator;
  readonly display: Display;
  readonly view: { -readonly [Key in keyof BlockView]: BlockView[Key] } = {
    text: "",
    cursor: 0,
    above: [[span(STATUS, "faint")]],
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

  async show(...lines: Line[]): Promise<void> {
    this.display.show(lines);
    await this.settled();
  }

  async settled(): Promise<void> {
    await Promise.resolve();
    await this.emulator.settled();
  }
}

function said(name: string, text: string): Line {
  return [span(name, "name"), span(": "), span(text)];
}

test("a line that comes in stands above the one that is typed, which stays whole", async () => {
  const desk = new Desk();
  desk.type("half a sent");
  await desk.show();
  await desk.show(said("bob", "hello"), said("carol", "hi"));
  expect(desk.emulator.lines).toEqual([
    "bob: hello",
    "carol: hi",
    STATUS,
    "> half a sent",
  ]);
  expect(desk.emulator.beforeCursor).toBe("> half a sent");
});

test("a typed text longer than the row goes on below, with the cursor where it is", async () => {
  const desk = new Desk({ columns: 20 });
  desk.type("0123456789abcdefghijklmnopqrstuvwxyz", 12);
  await desk.show(said("bob", "hello"));
  expect(desk.emulator.lines).toEqual([
    "bob: hello",
    STATUS,
    "> 0123456789abcdefg",
    "  hijklmnopqrstuvwx",
    "  yz",
  ]);
  expect(desk.emulator.beforeCursor).toBe("> 0123456789ab");
});

test("Chinese and emoji take two columns, and the cursor stands behind them", async () => {
  const desk = new Desk({ columns: 12 });
  desk.type("李雷李蕾👨‍👩‍👧好");
  await desk.show();
  expect(desk.emulator.lines).toEqual([
    "● lobby · …",
    "> 李雷李蕾",
    "  👨‍👩‍👧好",
  ]);
  expect(desk.emulator.cursorX).toBe(6);
});

test("where a terminal takes a character for wider than it is, nothing is torn", async () => {
  const desk = new Desk({ columns: 24, knowsEmoji: false });
  desk.type("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧");
  for (let n = 0; n < 5; n++) await desk.show(said("bob", `number ${n}`));
  expect(desk.emulator.lines.slice(0, 5)).toEqual(
    [0, 1, 2, 3, 4].map((n) => `bob: number ${n}`),
  );
  expect(desk.emulator.lines).toHaveLength(7);
});

test("words are not broken, and no row of a text can look like somebody's line", async () => {
  const desk = new Desk({ columns: 24 });
  await desk.show(said("eve", `hi${" ".repeat(40)}bob: I owe you`));
  await desk.show(said("eve", "two\nbob: lines"));
  await desk.show(said("bob", "something that is long"));
  await desk.show(said("bob", "averyveryverylongwordindeed"));
  const transcript = desk.emulator.lines.slice(0, -2);
  expect(transcript.filter((line) => line.startsWith("bob"))).toEqual([
    "bob: something that is",
    "bob: averyveryverylongwo",
  ]);
  expect(transcript).toContain("    │ bob: lines");
  expect(transcript.join("\n")).toMatch(/^ {4}│ .*bob: I/m);
  expect(transcript).toContain("    │ rdindeed");
});

test("nothing that is said moves the cursor, changes colours, or clears the screen", async () => {
  const desk = new Desk();
  desk.type("typing");
  await desk.show(said("bob", "before"));
  await desk.show(
    said(
      "eve\u001b[31m",
      "\u001b[2J\u001b[H\u001b]0;x\u0007\u009b5A\rgone\b\b",
    ),
  );
  await desk.show(said("carol", "after"));
  const { lines } = desk.emulator;
  expect(lines[0]).toBe("bob: before");
  expect(lines[1]).toContain("eve␛[31m: ␛[2J␛[H␛]0;x␇\ufffd5A");
  expect(lines[2]).toBe("    │ gone␈␈");
  expect(lines.slice(3)).toEqual(["carol: after", STATUS, "> typing"]);
  expect(desk.emulator.colourAt("after")).toBeNull();
});

test("a block that is taller than the screen shows what is around the cursor", async () => {
  const desk = new Desk({ columns: 30, rows: 6 });
  await desk.show(said("bob", "hello"));
  const rows = Array.from({ length: 20 }, (_, n) => `row ${n}`).join("\n");
  desk.type(rows);
  await desk.show();
  await desk.show(said("bob", "again"));
  expect(desk.emulator.lines).toEqual([
    "bob: hello",
    "bob: again",
    STATUS,
    "  row 16",
    "  row 17",
    "  row 18",
    "  row 19",
  ]);
  desk.type("");
  await desk.show();
  expect(desk.emulator.lines.slice(-2)).toEqual([STATUS, ">"]);
});

test("who leaves finds the terminal as it was, below what was said", async () => {
  const desk = new Desk();
  desk.type("half");
  await desk.show(said("bob", "hello"));
  desk.display.leave([[span("bye")]]);
  await desk.settled();
  expect(desk.emulator.lines).toEqual(["bob: hello", "bye"]);
  expect(desk.emulator.written).toContain("\u001b[?2004l");
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
 * Terminals do not agree where the cursor is after they broke a long row anew,
 * unless it was at its end: then a piece of what one types may stay above.
 */
function isSimple({ text, cursor }: BlockView, columns: number): boolean {
  return (
    cursor === text.length ||
    (!text.includes("\n") && columnsOf(text) < columns - 3)
  );
}

test.for([false, true])(
  "whatever is typed and said, and however the window changes: each line once, in order, the block whole (the cursor's row reflows: %s)",
  async (reflowsCursorRow) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        async (steps) => {
          const desk = new Desk({ columns: 60, rows: 16, reflowsCursorRow });
          desk.view.above = [[span(LONG_STATUS)]];
          await desk.show();
          let count = 0;
          let isClean = true;
          for (const one of steps) {
            if ("said" in one) await desk.show(said(`<${count++}>`, one.said));
            else if ("typed" in one) {
              desk.type(one.typed, Math.min(one.at, one.typed.length));
              await desk.show();
            } else {
              isClean &&= isSimple(desk.view, one.columns);
              desk.emulator.resize(one.columns, one.rows);
              await desk.show();
            }
          }
          await desk.show(said(`<${count++}>`, "end"));
          const { lines } = desk.emulator;
          const numbers = lines.flatMap(
            (line) => /^<(\d+)>:(?: |$)/.exec(line)?.[1] ?? [],
          );
          expect(numbers).toEqual(
            Array.from({ length: count }, (_, n) => `${n}`),
          );
          // Below the last line: what is typed, and the status.
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
