// Argument checks: throw a TypeError that names the wrong argument.

/** @throws TypeError with that message */
export function check(condition: unknown, message: string): asserts condition {
  if (!condition) throw new TypeError(message);
}

/** @throws TypeError unless it is a string that is not empty */
export function checkText(value: unknown, name: string): void {
  check(value && typeof value === "string", `${name} must be a string.`);
}

/** @throws TypeError unless it is a function */
export function checkFunction(value: unknown, name: string): void {
  check(typeof value === "function", `${name} must be a function.`);
}

/** @throws TypeError unless both are whole numbers; `maxMessages` may be ∞ */
export function checkSizes(history: number, maxMessages: number): void {
  check(
    isWhole(history) &&
      (isWhole(maxMessages) || maxMessages === Number.POSITIVE_INFINITY),
    "history and maxMessages must be whole numbers.",
  );
}

/** @throws TypeError unless it is a whole number */
export function checkNumber(value: number, name: string): void {
  check(isWhole(value), `${name} must be a whole number.`);
}

function isWhole(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}
