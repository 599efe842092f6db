/**
 * Fisher's exact test, one-sided: how likely at most `successes` of `trials` would be, if they were drawn by chance from
 * all trials together. A small value says that their rate is lower than the others'.
 */
export function fisherLower(
  { successes, trials }: { readonly successes: number; readonly trials: number },
  others: { readonly successes: number; readonly trials: number },
): number {
  const all = trials + others.trials;
  const good = successes + others.successes;
  const total = logChoose(all, trials);
  let probability = 0;
  for (let drawn = Math.max(0, trials - (all - good)); drawn <= successes; drawn += 1)
    probability += Math.exp(logChoose(good, drawn) + logChoose(all - good, trials - drawn) - total);
  return Math.min(1, probability);
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let factor = 2; factor <= n; factor += 1) sum += Math.log(factor);
  return sum;
}

/** The slope of the least-squares line through values at 0, 1, 2, …; 0 for fewer than two. */
export function slope(values: readonly number[]): number {
  const { length } = values;
  if (length < 2) return 0;
  const centre = (length - 1) / 2;
  let products = 0;
  let squares = 0;
  for (const [index, value] of values.entries()) {
    products += (index - centre) * value;
    squares += (index - centre) ** 2;
  }
  return products / squares;
}
