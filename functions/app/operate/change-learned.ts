import { type Forgotten, forgetting, restored } from '../../core/learning/forgotten.ts';
import type { Pattern } from '../../core/learning/pattern.ts';
import { patternKey } from '../../core/learning/pattern.ts';
import type { LearningStore } from '../../ports/learning-store.ts';
import { readLearned } from '../learning/read-learned.ts';
import { type LearnedDeps, learnedStanding } from '../queries/learned.ts';

const DAY_MS = 86_400_000;

export type LearnedChange =
  | { readonly kind: 'reset'; readonly patterns: readonly string[] | 'all' }
  /** Forgets what was not used within a half-life, and what no longer succeeds. */
  | { readonly kind: 'refresh' }
  | { readonly kind: 'restore'; readonly backupId: string };

export type LearnedChangeOutcome =
  | {
      readonly outcome: 'changed';
      /** Restores what was changed. */
      readonly backupId: string;
      /** Keys of the patterns whose evidence changed. */
      readonly changed: readonly string[];
    }
  | { readonly outcome: 'nothing-to-forget' | 'unknown-backup' | 'overtaken' }
  /** It was written, and what is learned now is not what it should be. */
  | { readonly outcome: 'not-confirmed'; readonly backupId: string; readonly unexpected: readonly string[] };

export interface ChangeLearnedDeps extends LearnedDeps {
  readonly learning: LearningStore;
}

/**
 * Changes what is to be forgotten, keeps a backup of the marks, and reads back what is learned now: only what was meant
 * to change has changed.
 */
export async function changeLearned(
  deps: ChangeLearnedDeps,
  change: LearnedChange,
  by: string,
): Promise<LearnedChangeOutcome> {
  const { learning, clock } = deps;
  const before = await learning.readForgotten();
  const known = (await readLearned(deps)).patterns;
  const who = { atMs: clock.nowMs(), by, why: change.kind };
  const aims =
    change.kind === 'refresh' ? await outdated(deps) : change.kind === 'reset' ? change.patterns : [];
  if (change.kind !== 'restore' && aims !== 'all' && !aims.some((key) => known.map(patternKey).includes(key)))
    return { outcome: 'nothing-to-forget' };
  const after =
    change.kind === 'restore' ? restored(before, change.backupId, who) : forgetting(before, aims, who);
  if (!after) return { outcome: 'unknown-backup' };
  if (!(await learning.saveForgotten(after))) return { outcome: 'overtaken' };

  const backupId = after.backups.at(-1)?.id ?? '';
  const now = (await readLearned(deps)).patterns;
  const changed = differing(known, now);
  const unexpected =
    change.kind === 'restore' || aims === 'all' ? [] : changed.filter((key) => !aims.includes(key));
  const isKept = same(await learning.readForgotten(), after);
  const left = now.map(patternKey).filter((key) => aims === 'all' || aims.includes(key));
  if (!isKept || unexpected.length > 0 || left.length > 0)
    return { outcome: 'not-confirmed', backupId, unexpected: [...unexpected, ...left].sort() };
  return { outcome: 'changed', backupId, changed };
}

/** Keys of patterns that were not used within a half-life, or whose success has fallen. */
async function outdated(deps: LearnedDeps): Promise<readonly string[]> {
  const { procedures, drifts } = await learnedStanding(deps);
  const { halfLifeDays } = deps.configuration.settings.learning;
  const sinceMs = deps.clock.nowMs() - halfLifeDays * DAY_MS;
  const unused = procedures.filter(({ lastUsedMs }) => lastUsedMs < sinceMs).map(({ key }) => key);
  const fallen = drifts.flatMap(({ kind, patterns }) => (kind === 'FALLING_SUCCESS' ? patterns : []));
  return [...new Set([...unused, ...fallen])];
}

/** Keys of patterns that have other outcomes, or are in one list only. */
function differing(one: readonly Pattern[], other: readonly Pattern[]): readonly string[] {
  const [before, after] = [outcomesByKey(one), outcomesByKey(other)];
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).sort();
}

function outcomesByKey(patterns: readonly Pattern[]): ReadonlyMap<string, string> {
  return new Map(patterns.map((each) => [patternKey(each), JSON.stringify(each.outcomes)]));
}

function same(one: Forgotten, other: Forgotten): boolean {
  return one.revision === other.revision && one.backups.at(-1)?.by === other.backups.at(-1)?.by;
}
