/** What the median absolute deviation of a normal distribution has to be multiplied by to give its standard deviation. */
const TO_STANDARD_DEVIATION = 1.4826;

/** The median of a non-empty list. */
export function median(values: ArrayLike<number>): number {
  return medianOf(Float64Array.from(values));
}

/** The median of a non-empty list, and its spread as a standard deviation; outliers hardly change either. */
export function robustly(values: ArrayLike<number>): { readonly median: number; readonly deviation: number } {
  const scratch = Float64Array.from(values);
  const centre = medianOf(scratch);
  const distances = scratch.map((value) => Math.abs(value - centre));
  return { median: centre, deviation: TO_STANDARD_DEVIATION * medianOf(distances) };
}

/** Reorders the values. */
function medianOf(values: Float64Array): number {
  const middle = values.length >> 1;
  const upper = select(values, middle);
  if (values.length % 2 === 1) return upper;
  // All values before the middle are at most the one there.
  let lower = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < middle; index += 1) lower = Math.max(lower, values[index] ?? lower);
  return (lower + upper) / 2;
}

/** The value that would be at `rank` if the values were sorted (Hoare's selection): a sort would take most of a diagnosis. */
function select(values: Float64Array, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? 0;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] ?? pivot) < pivot) left += 1;
      while ((values[right] ?? pivot) > pivot) right -= 1;
      if (left > right) break;
      const swapped = values[left] ?? 0;
      values[left] = values[right] ?? 0;
      values[right] = swapped;
      left += 1;
      right -= 1;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else break;
  }
  return values[rank] ?? Number.NaN;
}
