import { baselineShardOf } from '../../core/analysis/baseline.ts';
import { ALL_HOSTS } from '../../core/analysis/profile-series.ts';
import { type BaselinesDeps, baselineStandings, type SeriesStanding } from './baselines.ts';

/** What a host has measured last, and what is known of it. */
export interface HostProfile {
  readonly instanceId: string;
  /** `undefined` if it has never answered. */
  readonly measuredAtMs?: number;
  /** What could not be measured or read, and why. @default nothing */
  readonly missing?: string;
  readonly measured: readonly MeasuredColumn[];
}

export interface MeasuredColumn {
  readonly column: string;
  readonly value: number;
  /** One for each detector; empty for what is not watched. */
  readonly watched: readonly SeriesStanding[];
}

/** The profile of each host of a component that has one; hosts that have not been asked yet are left out. */
export async function profileOf(deps: BaselinesDeps, component: string): Promise<readonly HostProfile[]> {
  const shard = baselineShardOf(component);
  const kept = (await deps.baselines.readShards([shard])).get(shard)?.record.components[component]?.profile;
  const standings = await baselineStandings(deps, component);
  return Object.entries(kept?.latest ?? {}).map(([instanceId, { atMs, values, missing }]) => ({
    instanceId,
    ...(atMs > 0 && { measuredAtMs: atMs }),
    ...(missing !== undefined && { missing }),
    measured: Object.entries(values).map(([column, value]) => ({
      column,
      value,
      watched: standings.filter(({ series }) =>
        [instanceId, ALL_HOSTS].some((host) => `${series}/`.startsWith(`profile/${column}/${host}/`)),
      ),
    })),
  }));
}
