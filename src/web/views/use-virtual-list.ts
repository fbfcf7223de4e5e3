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

export interface VirtualListOptions {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly count: number;
  getKey(index: number): string;
  /** Pixels, until it is measured. */
  estimateSize(index: number): number;
}

/** Rows beyond the edges of what is seen. */
const OVERSCAN = 8;
/** So near to its end a list counts as being there, in pixels. */
const NEAR_END = 48;
/** Parts of a pixel are no distance. */
const TOLERANCE = 2;

/** The list, and whether its end is in sight. */
export interface VirtualList {
  readonly list: Virtualizer<HTMLDivElement, HTMLElement>;
  readonly isAtEnd: boolean;
  /** Goes to the end, and stays there whatever comes or grows. */
  scrollToEnd(): void;
}

export function useVirtualList(options: VirtualListOptions): VirtualList {
  const { scroller, count, getKey, estimateSize } = options;
  /** Held at the end, until somebody scrolls up. */
  const isPinned = useRef(true);
  /** As the list was when it was looked at last. */
  const lastScroll = useRef({ top: 0, height: 0 });
  const [isAtEnd, setAtEnd] = useState(true);
  const [, redraw] = useReducer((times: number, _: undefined) => times + 1, 0);
  const settings: VirtualizerOptions<HTMLDivElement, HTMLElement> = {
    count,
    getItemKey: getKey,
    estimateSize: estimateSize,
    getScrollElement: () => scroller.current,
    observeElementRect: (instance, report) =>
      observeElementRect(instance, (rect) => {
        report(rect);
        // The keyboard of a phone, say, must not hide the newest.
        pinToEnd();
      }),
    observeElementOffset: (instance, report) =>
      observeElementOffset(instance, (offset, isScrolling) => {
        report(offset, isScrolling);
        const { current: list } = scroller;
        if (list === null) return;
        const { scrollTop: top, scrollHeight: height } = list;
        const { current: last } = lastScroll;
        lastScroll.current = { top, height };
        if (distanceToEnd(list) <= TOLERANCE) isPinned.current = true;
        // Where it got shorter as well, it is no person who scrolled.
        else if (top < last.top - TOLERANCE && height >= last.height)
          isPinned.current = false;
        setAtEnd(distanceToEnd(list) <= NEAR_END);
      }),
    scrollToFn: elementScroll,
    overscan: OVERSCAN,
    // What comes before the first moves nothing; what comes after the last
    // is followed by who is there.
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR_END,
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
    pinToEnd();
  });
  return { list: virtualizer, isAtEnd, scrollToEnd };

  function scrollToEnd(): void {
    isPinned.current = true;
    pinToEnd();
  }

  function pinToEnd(): void {
    const { current: list } = scroller;
    if (list === null) return;
    if (isPinned.current && distanceToEnd(list) > 0)
      list.scrollTop = list.scrollHeight;
    lastScroll.current = { top: list.scrollTop, height: list.scrollHeight };
    setAtEnd(distanceToEnd(list) <= NEAR_END);
  }
}

/** Pixels between what is in sight and the end. */
function distanceToEnd({
  scrollHeight,
  clientHeight,
  scrollTop,
}: Element): number {
  return scrollHeight - clientHeight - scrollTop;
}
