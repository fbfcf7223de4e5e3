// Statistics: computes and formats the figures of the campaigns.

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/**
 * @param at 0.5 for the median
 * @returns NaN for an empty list
 */
export function quantile(numbers: readonly number[], at: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.floor(sorted.length * at));
  return sorted[index] ?? Number.NaN;
}

/** The figures are not more exact than three digits. */
export function round(value: number): number {
  return Number(value.toPrecision(3));
}

export function megabytes(bytes: number): string {
  return `${round(bytes / 1e6)} MB`;
}

/** @throws Error with the first difference of two lists */
export function same<T>(
  what: string,
  actual: readonly T[],
  expected: readonly T[],
): void {
  for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
    const [is, should] = [actual[i], expected[i]].map((one) =>
      JSON.stringify(one),
    );
    if (is !== should)
      throw new Error(
        `${what}: of ${actual.length}, number ${i} is ${is}; of ${expected.length} it should be ${should}.`,
      );
  }
}
