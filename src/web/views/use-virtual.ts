// Ties TanStack's virtualizer to a component: only the rows in sight are in the page, and none of them jumps.
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

export interface ListOptions {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly count: number;
  keyOf(index: number): string;
  /** Pixels, until it is measured. */
  sizeOf(index: number): number;
}

/** Rows beyond the edges of what is seen. */
const OVERSCAN = 8;
/** So near to its end a list counts as being there, in pixels. */
const NEAR = 48;
/** Parts of a pixel are no distance. */
const EXACT = 2;

/** The list, and whether its end is in sight. */
export interface Virtual {
  readonly list: Virtualizer<HTMLDivElement, HTMLElement>;
  readonly isAtEnd: boolean;
  /** Goes to the end, and stays there whatever comes or grows. */
  toEnd(): void;
}

export function useVirtual(options: ListOptions): Virtual {
  const { scroller, count, keyOf, sizeOf } = options;
  /** Held at the end, until somebody scrolls up. */
  const isHeld = useRef(true);
  /** As the list was when it was looked at last. */
  const before = useRef({ top: 0, height: 0 });
  const [isAtEnd, setAtEnd] = useState(true);
  const [, redraw] = useReducer((times: number, _: undefined) => times + 1, 0);
  const settings: VirtualizerOptions<HTMLDivElement, HTMLElement> = {
    count,
    getItemKey: keyOf,
    estimateSize: sizeOf,
    getScrollElement: () => scroller.current,
    observeElementRect: (instance, report) =>
      observeElementRect(instance, (rect) => {
        report(rect);
        // The keyboard of a phone, say, must not hide the newest.
        hold();
      }),
    observeElementOffset: (instance, report) =>
      observeElementOffset(instance, (offset, isScrolling) => {
        report(offset, isScrolling);
        const { current: list } = scroller;
        if (list === null) return;
        const { scrollTop: top, scrollHeight: height } = list;
        const { current: was } = before;
        before.current = { top, height };
        if (belowIn(list) <= EXACT) isHeld.current = true;
        // Where it got shorter as well, it is no person who scrolled.
        else if (top < was.top - EXACT && height >= was.height)
          isHeld.current = false;
        setAtEnd(belowIn(list) <= NEAR);
      }),
    scrollToFn: elementScroll,
    overscan: OVERSCAN,
    // What comes before the first moves nothing; what comes after the last
    // is followed by who is there.
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR,
    onChange: () => redraw(undefined),
  };
  const [virtualizer] = useState(
    () => new Virtualizer<HTMLDivElement, HTMLElement>(settings),
  );
  virtualizer.setOptions(settings);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  // All that changes a height draws the list again.
  useLayoutEffect(() => {
    virtualizer._willUpdate();
    hold();
  });
  return { list: virtualizer, isAtEnd, toEnd };

  function toEnd(): void {
    isHeld.current = true;
    hold();
  }

  function hold(): void {
    const { current: list } = scroller;
    if (list === null) return;
    if (isHeld.current && belowIn(list) > 0) list.scrollTop = list.scrollHeight;
    before.current = { top: list.scrollTop, height: list.scrollHeight };
    setAtEnd(belowIn(list) <= NEAR);
  }
}

/** Pixels between what is in sight and the end. */
function belowIn({ scrollHeight, clientHeight, scrollTop }: Element): number {
  return scrollHeight - clientHeight - scrollTop;
}
