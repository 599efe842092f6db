import { type Change, changesOf } from '../../core/change/change.ts';
import { watchedComponents } from '../../core/change/change-owners.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { type ChangeStore, MAXIMUM_CHANGE_EVENTS } from '../../ports/change-store.ts';
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

export interface RecentChanges {
  /** The newest first. */
  readonly changes: readonly Change[];
  /** Components with more reports than one read returns: the time of the oldest that was read, by name. */
  readonly cutAtMs: Readonly<Record<string, number>>;
}

/** The changes of a component, or of all that are watched: one query for each component. */
export async function recentChanges(
  { changes, configuration, clock }: RecentChangesDeps,
  { component, days }: { readonly component?: string; readonly days: number },
): Promise<RecentChanges> {
  const nowMs = clock.nowMs();
  const found: Change[] = [];
  const cutAtMs: Record<string, number> = {};
  const wanted = watchedComponents(configuration).filter(
    ([name]) => component === undefined || name === component,
  );
  await inParallel(wanted, AT_A_TIME, async ([name, own]) => {
    const events = await changes.listChanges(name, nowMs - days * DAY_MS);
    const oldest = events.at(-1);
    if (oldest && events.length === MAXIMUM_CHANGE_EVENTS) cutAtMs[name] = oldest.atMs;
    found.push(...changesOf(events, nowMs, own.changes.holdSeconds));
  });
  return {
    changes: found.toSorted((a, b) => b.startedAtMs - a.startedAtMs || (a.component < b.component ? -1 : 1)),
    cutAtMs,
  };
}
