// Clock hook: renders a component again each second until a time, and once after it.
import { useEffect, useState } from "preact/hooks";

const SECOND_MS = 1000;
/** A timer of a longer delay fires at once. */
const DELAY_MAX_MS = 2_000_000_000;

/**
 * Returns the present time.
 *
 * @param until in ms since 1970; null: nothing changes
 * @param isCounting each second; otherwise only at the end
 */
export function useClock(until: number | null, isCounting = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const left = (until ?? 0) - Date.now();
    if (left <= 0) return;
    const next = isCounting ? left % SECOND_MS || SECOND_MS : left;
    const timer = setTimeout(
      () => setNow(Date.now()),
      Math.min(next, DELAY_MAX_MS),
    );
    return () => clearTimeout(timer);
  }, [until, now, isCounting]);
  return Math.max(now, Date.now());
}
