import { type Change, changesOf } from '../../core/change/change.ts';
import { watchedComponents } from '../../core/change/change-owners.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { ChangeStore } from '../../ports/change-store.ts';
import type { Clock } from '../../ports/clock.ts';
import { inParallel } from '../in-parallel.ts';

const DAY_MS = 86_400_000;
/** Queries at a time. */
const AT_A_TIME = 10;

export interface RecentChangesDeps {
  readonly changes: Pick<ChangeStore, 'listChanges'>;
  readonly configuration: Pick<CompiledConfiguration, 'components'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** The changes of a component, or of all that are watched, the newest first: one query for each component. */
export async function recentChanges(
  { changes, configuration, clock }: RecentChangesDeps,
  { component, days }: { readonly component?: string; readonly days: number },
): Promise<readonly Change[]> {
  const nowMs = clock.nowMs();
  const found: Change[] = [];
  const wanted = watchedComponents(configuration).filter(
    ([name]) => component === undefined || name === component,
  );
  await inParallel(wanted, AT_A_TIME, async ([name, own]) => {
    const events = await changes.listChanges(name, nowMs - days * DAY_MS);
    found.push(...changesOf(events, nowMs, own.changes.holdSeconds));
  });
  return found.toSorted((a, b) => b.startedAtMs - a.startedAtMs || (a.component < b.component ? -1 : 1));
}
