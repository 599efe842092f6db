import { baselineShardOf } from '../../core/analysis/baseline.ts';
import type { BaselineStore } from '../../ports/baseline-store.ts';
import type { Clock } from '../../ports/clock.ts';
import { StoreUnavailable } from '../../ports/errors.ts';

export interface ResetBaselineDeps {
  readonly baselines: Pick<BaselineStore, 'readShards' | 'saveShard'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** Runs of `analyze` save the same record; each takes a moment. */
const TRIES = 5;

/**
 * Forgets what was learned of a series: the next run starts over with its history.
 *
 * @returns `false` if nothing is known of it
 * @throws ServiceError; StoreUnavailable also if the record changed at every try
 */
export async function resetBaseline(
  { baselines, clock }: ResetBaselineDeps,
  { component, series }: { readonly component: string; readonly series: string },
): Promise<boolean> {
  const shard = baselineShardOf(component);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const kept = (await baselines.readShards([shard])).get(shard);
    const own = kept?.record.components[component];
    if (!kept || !own?.series[series]) return false;
    const { [series]: _reset, ...others } = own.series;
    const components = { ...kept.record.components, [component]: { ...own, series: others } };
    const version = `reset-${clock.nowMs().toString(36)}-${attempt}`;
    if (await baselines.saveShard({ ...kept.record, components }, version, kept.version)) return true;
  }
  throw new StoreUnavailable(
    `the baseline of ${component} ${series} changed ${TRIES} times while it was to be reset`,
  );
}
