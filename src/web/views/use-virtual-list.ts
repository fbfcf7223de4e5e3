// Virtual list: connects TanStack's virtualizer to a component, so that only visible rows are in the page and none of them jumps.
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
  /** The estimated height in pixels, until the row is measured. */
  estimateSize(index: number): number;
}

/** Rows that are rendered beyond the visible ones. */
const OVERSCAN = 8;
/** In pixels: a list this close to its end counts as being at the end. */
const NEAR_END = 48;
/** In pixels: a smaller distance is a rounding error. */
const TOLERANCE = 2;

/** The list, and whether its end is visible. */
export interface VirtualList {
  readonly list: Virtualizer<HTMLDivElement, HTMLElement>;
  readonly isAtEnd: boolean;
  /** Scrolls to the end and stays there when rows come or grow. */
  scrollToEnd(): void;
  /** Shows a row in the middle, and stays there. */
  scrollToRow(index: number): void;
}

export function useVirtualList(options: VirtualListOptions): VirtualList {
  const { scroller, count, getKey, estimateSize } = options;
  /** True until the user scrolls up. */
  const isPinned = useRef(true);
  /** The list at the last look. */
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
        // The keyboard of a phone, for example, must not hide the newest
        // message.
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
        // If the list got shorter as well, the user has not scrolled.
        else if (top < last.top - TOLERANCE && height >= last.height)
          isPinned.current = false;
        setAtEnd(distanceToEnd(list) <= NEAR_END);
      }),
    scrollToFn: elementScroll,
    overscan: OVERSCAN,
    // Rows above the first one move nothing. A reader at the end follows new
    // rows.
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
  // Every change of a height renders the list again.
  useLayoutEffect(() => {
    virtualizer._willUpdate();
    pinToEnd();
  });
  return { list: virtualizer, isAtEnd, scrollToEnd, scrollToRow };

  function scrollToRow(index: number): void {
    isPinned.current = false;
    virtualizer.scrollToIndex(index, { align: "center" });
  }

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

/** Pixels between the visible part and the end. */
function distanceToEnd({
  scrollHeight,
  clientHeight,
  scrollTop,
}: Element): number {
  return scrollHeight - clientHeight - scrollTop;
}
