import type { SeriesPlan } from '../../core/analysis/judge-series.ts';
import type { SeriesRead } from '../../core/analysis/read-window.ts';
import { changesOf } from '../../core/change/change.ts';
import type { ChangeStore } from '../../ports/change-store.ts';
import { ServiceError } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { Essentials } from '../../ports/ports.ts';
import { notingDenials } from '../denials.ts';
import { inParallel } from '../in-parallel.ts';

export interface ChangesDeps extends Essentials {
  readonly store: Pick<OperationStore, 'noteDenial'>;
  readonly changes: Pick<ChangeStore, 'listChanges'>;
}

export interface WithChanges {
  readonly reads: ReadonlyMap<SeriesPlan, SeriesRead>;
  readonly problems: readonly string[];
}

const CALLS_AT_A_TIME = 8;

/**
 * What was read, with the times at which deployments and changes of configuration were over, where series follow them.
 * What belongs to a repair of Selfheal's does not count. If the changes of a component cannot be read, its series wait
 * for the next run: counted without them, they would never follow.
 */
export async function withChanges(
  deps: ChangesDeps,
  reads: ReadonlyMap<SeriesPlan, SeriesRead>,
): Promise<WithChanges> {
  const all = new Map(reads);
  const problems: string[] = [];
  const following = [...reads.keys()].filter(
    ({ watched }) =>
      watched.followsChanges && deps.configuration.components[watched.component]?.changes !== undefined,
  );
  const byComponent = Map.groupBy(following, ({ watched }) => watched.component);
  await inParallel([...byComponent], CALLS_AT_A_TIME, async ([component, plans]) => {
    try {
      const changesMs = await endsOf(deps, component, plans);
      if (changesMs.length === 0) return;
      for (const plan of plans) {
        const read = reads.get(plan);
        if (read) all.set(plan, { ...read, changesMs });
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      for (const plan of plans) all.delete(plan);
      problems.push(`changes of ${component}: ${error.name}: ${error.message}`);
    }
  });
  return { reads: all, problems };
}

async function endsOf(
  deps: ChangesDeps,
  component: string,
  plans: readonly SeriesPlan[],
): Promise<readonly number[]> {
  const { holdSeconds = 0 } = deps.configuration.components[component]?.changes ?? {};
  const oldestMs = Math.min(...plans.map(({ window }) => window?.startMs ?? Number.POSITIVE_INFINITY));
  const events = await notingDenials(deps, () =>
    deps.changes.listChanges(component, oldestMs - holdSeconds * 1_000),
  );
  return changesOf(events, deps.clock.nowMs(), holdSeconds)
    .filter(({ kind }) => kind === 'deployment' || kind === 'configuration')
    .filter(({ status, operationId }) => status === 'SUCCEEDED' && operationId === undefined)
    .flatMap(({ endedAtMs }) => (endedAtMs === undefined ? [] : [endedAtMs]))
    .sort((a, b) => a - b);
}
