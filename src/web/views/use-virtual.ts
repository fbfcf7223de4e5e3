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

/** The list, and whether its end is in sight. */
export interface Virtual {
  readonly list: Virtualizer<HTMLDivElement, HTMLElement>;
  readonly isAtEnd: boolean;
}

export function useVirtual(options: ListOptions): Virtual {
  const { scroller, count, keyOf, sizeOf } = options;
  /** Before the list got another height. */
  const wasAtEnd = useRef(true);
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
        if (wasAtEnd.current) instance.scrollToEnd();
        setAtEnd(isEndInSight(instance));
      }),
    observeElementOffset: (instance, report) =>
      observeElementOffset(instance, (offset, isScrolling) => {
        report(offset, isScrolling);
        wasAtEnd.current = isEndInSight(instance);
        setAtEnd(wasAtEnd.current);
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
  useLayoutEffect(() => {
    virtualizer._willUpdate();
    setAtEnd(isEndInSight(virtualizer));
  });
  return { list: virtualizer, isAtEnd };
}

/** A list that is shorter than its place is always at its end. */
function isEndInSight(list: Virtualizer<HTMLDivElement, HTMLElement>): boolean {
  const height = list.scrollRect?.height ?? 0;
  return list.getTotalSize() <= height || list.isAtEnd(NEAR);
}
