import { baselineShardOf, type ComponentBaselines } from '../../core/analysis/baseline.ts';
import type { BaselineStore } from '../../ports/baseline-store.ts';
import type { Clock } from '../../ports/clock.ts';
import { StoreUnavailable } from '../../ports/errors.ts';

export interface ChangeBaselinesDeps {
  readonly baselines: Pick<BaselineStore, 'readShards' | 'saveShard'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** Runs of `analyze` save the same record; each takes a moment. */
const TRIES = 5;

/**
 * Changes what is known of a component's series.
 *
 * @param purpose a word for the version on record, and for the error
 * @param changed what is to be known instead, or `undefined` if there is nothing to change
 * @returns `false` if nothing was changed
 * @throws ServiceError; StoreUnavailable also if the record changed at every try
 */
export async function changeBaselines(
  { baselines, clock }: ChangeBaselinesDeps,
  component: string,
  purpose: string,
  changed: (own: ComponentBaselines) => ComponentBaselines | undefined,
): Promise<boolean> {
  const shard = baselineShardOf(component);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const kept = (await baselines.readShards([shard])).get(shard);
    const own = kept?.record.components[component];
    const next = own && changed(own);
    if (!kept || !next) return false;
    const components = { ...kept.record.components, [component]: next };
    const version = `${purpose}-${clock.nowMs().toString(36)}-${attempt}`;
    if (await baselines.saveShard({ ...kept.record, components }, version, kept.version)) return true;
  }
  throw new StoreUnavailable(
    `the baselines of ${component} changed during each of ${TRIES} tries to ${purpose}`,
  );
}
