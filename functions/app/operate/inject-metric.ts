import { baselineShardOf } from '../../core/analysis/baseline.ts';
import type { Injection } from '../../core/analysis/injection.ts';
import type { BaselineStore } from '../../ports/baseline-store.ts';
import type { Clock } from '../../ports/clock.ts';
import { StoreUnavailable } from '../../ports/errors.ts';

export interface InjectMetricDeps {
  readonly baselines: Pick<BaselineStore, 'readShards' | 'saveShard'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** Runs of `analyze` save the same record; each takes a moment. */
const TRIES = 5;

/**
 * Has the next runs judge a value in the place of what is measured. An injection of the same metric takes the place of an
 * earlier one.
 *
 * @returns `false` if nothing is known of the component yet, so that there is nothing to compare the value with
 * @throws ServiceError; StoreUnavailable also if the record changed at every try
 */
export async function injectMetric(
  { baselines, clock }: InjectMetricDeps,
  component: string,
  injection: Injection,
): Promise<boolean> {
  const shard = baselineShardOf(component);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const kept = (await baselines.readShards([shard])).get(shard);
    const own = kept?.record.components[component];
    if (!kept || !own) return false;
    const others = (own.injected ?? []).filter(({ metric }) => metric !== injection.metric);
    const components = {
      ...kept.record.components,
      [component]: { ...own, injected: [...others, injection] },
    };
    const version = `inject-${clock.nowMs().toString(36)}-${attempt}`;
    if (await baselines.saveShard({ ...kept.record, components }, version, kept.version)) return true;
  }
  throw new StoreUnavailable(
    `the record of ${component} changed ${TRIES} times while ${injection.metric} was to be injected`,
  );
}
