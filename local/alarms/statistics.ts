/**
 * Values of one metric that fall into one period, and the statistics that CloudWatch derives from them.
 *
 * Source: CloudWatch User Guide, "CloudWatch statistics definitions".
 */
export type Sample =
  | { readonly kind: 'value'; readonly value: number; readonly count: number }
  | {
      readonly kind: 'set';
      readonly sampleCount: number;
      readonly sum: number;
      readonly minimum: number;
      readonly maximum: number;
    };

/** `SampleCount`, `Average`, `Sum`, `Minimum`, `Maximum` or a percentile such as `p99.9`. */
export type Statistic = string;

export function percentileOf(statistic: Statistic): number | undefined {
  const match = /^p(\d+(?:\.\d+)?)$/.exec(statistic);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

export function sampleCount(samples: readonly Sample[]): number {
  return samples.reduce((total, each) => total + (each.kind === 'value' ? each.count : each.sampleCount), 0);
}

/**
 * One statistic over the samples of a period, in the metric's own unit; `undefined` where CloudWatch has no data point:
 * no samples, or a percentile of samples that do not allow one.
 *
 * @throws RangeError for a statistic that CloudWatch has and this does not
 */
export function computeStatistic(samples: readonly Sample[], statistic: Statistic): number | undefined {
  const count = sampleCount(samples);
  if (count === 0) return undefined;
  switch (statistic) {
    case 'SampleCount':
      return count;
    case 'Sum':
      return sum(samples);
    case 'Average':
      return sum(samples) / count;
    case 'Minimum':
      return samples.reduce(
        (low, each) => Math.min(low, each.kind === 'value' ? each.value : each.minimum),
        Infinity,
      );
    case 'Maximum':
      return samples.reduce(
        (high, each) => Math.max(high, each.kind === 'value' ? each.value : each.maximum),
        -Infinity,
      );
    default: {
      const percent = percentileOf(statistic);
      if (percent === undefined) throw new RangeError(`Statistic ${statistic} is not supported`);
      return percentile(samples, percent);
    }
  }
}

function sum(samples: readonly Sample[]): number {
  return samples.reduce(
    (total, each) => total + (each.kind === 'value' ? each.value * each.count : each.sum),
    0,
  );
}

/**
 * CloudWatch says what a percentile means, not how it interpolates; this interpolates linearly between the closest
 * ranks. It has percentiles of raw values only: a statistic set counts if it holds one sample or equal ones, and
 * negative values rule percentiles out.
 */
function percentile(samples: readonly Sample[], percent: number): number | undefined {
  const weighted: { value: number; count: number }[] = [];
  for (const sample of samples) {
    if (sample.kind === 'value') weighted.push(sample);
    else if (sample.sampleCount === 1 || sample.minimum === sample.maximum) {
      weighted.push({ value: sample.minimum, count: sample.sampleCount });
    } else return undefined;
  }
  if (weighted.some(({ value }) => value < 0)) return undefined;
  weighted.sort((a, b) => a.value - b.value);
  const position = (percent / 100) * (sampleCount(samples) - 1);
  const lower = valueAtRank(weighted, Math.floor(position));
  const upper = valueAtRank(weighted, Math.ceil(position));
  // Written as two bounded steps so that rounding never leaves the interval between the two ranks.
  return Math.min(upper, Math.max(lower, lower + (upper - lower) * (position - Math.floor(position))));
}

function valueAtRank(sorted: readonly { value: number; count: number }[], rank: number): number {
  let seen = 0;
  for (const { value, count } of sorted) {
    seen += count;
    if (rank < seen) return value;
  }
  return sorted.at(-1)?.value ?? Number.NaN;
}

/**
 * Whether a percentile rests on too few samples: fewer than 10/(1-p) at or above the median, 10/p below it.
 *
 * Source: CloudWatch User Guide, "Percentile-based alarms and low data samples".
 */
export function isLowSampleCount(percent: number, count: number): boolean {
  const fraction = percent / 100;
  if (fraction <= 0 || fraction >= 1) return false;
  return count < 10 / (fraction >= 0.5 ? 1 - fraction : fraction) - 1e-9;
}
