// Deadline: a request waits for the answer of an object for a limited time.

/**
 * Waits for a promise.
 *
 * @returns null if it is rejected, or takes longer than `waitMs`
 */
export function withDeadline<Value extends object>(
  promise: Promise<Value>,
  waitMs: number,
): Promise<Value | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), waitMs);
    const answered = (value: Value | null) => {
      clearTimeout(timer);
      resolve(value);
    };
    promise.then(answered, () => answered(null));
  });
}
