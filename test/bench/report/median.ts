// Median: returns the middle of the known values.

export function median(values: readonly (number | undefined)[]): number {
  const known = values
    .filter((value) => value !== undefined && !Number.isNaN(value))
    .map(Number)
    .sort((a, b) => a - b);
  const middle = known.length >> 1;
  const [low, high] = [known[middle - 1], known[middle]];
  if (high === undefined) return Number.NaN;
  return known.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}
