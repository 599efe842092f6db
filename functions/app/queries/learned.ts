import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { type Drift, driftsOf } from '../../core/learning/drift.ts';
import type { Backup } from '../../core/learning/forgotten.ts';
import { type Pattern, patternKey } from '../../core/learning/pattern.ts';
import { type Preference, rankStrategies } from '../../core/learning/rank-strategies.ts';
import type { LearningSettings } from '../../core/learning/settings.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LearningStore } from '../../ports/learning-store.ts';
import { readLearned } from '../learning/read-learned.ts';

/** A pattern with what its strategy does. */
export interface Procedure extends Pattern {
  readonly key: string;
  /** The actions of its strategy, as configured now; empty for one that is no longer configured. */
  readonly steps: readonly string[];
}

export interface LearnedStanding {
  readonly mode: LearningSettings['mode'];
  readonly procedures: readonly Procedure[];
  /** Where `apply` departs from the order of the file, and `suggest` only says that it would. */
  readonly preferences: readonly Preference[];
  readonly drifts: readonly Drift[];
  /** Oldest first. */
  readonly backups: readonly Backup[];
}

export interface LearnedDeps {
  readonly learning: Pick<LearningStore, 'listOutcomes' | 'readForgotten'>;
  readonly configuration: CompiledConfiguration;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** What was learned, whether it still holds, and what is to be done about it. */
export async function learnedStanding(deps: LearnedDeps): Promise<LearnedStanding> {
  const { configuration, learning, clock } = deps;
  const { settings, strategies } = configuration;
  const [{ patterns, operations }, { backups }] = await Promise.all([
    readLearned(deps),
    learning.readForgotten(),
  ]);
  const byKey = new Map(patterns.map((pattern) => [patternKey(pattern), pattern]));
  const faults = new Map(patterns.map(({ cause, kind }) => [`${kind} ${cause}`, { cause, kind }]));
  const stepsOf = new Map(strategies.map(({ id, actions }) => [id, actions.map(({ type }) => type)]));
  return {
    mode: settings.learning.mode,
    procedures: patterns.map((pattern) => ({
      ...pattern,
      key: patternKey(pattern),
      steps: stepsOf.get(pattern.strategyId) ?? [],
    })),
    preferences: [...faults.values()].flatMap(
      (fault) => rankStrategies(strategies, fault, byKey, settings.learning).preferences,
    ),
    drifts: driftsOf(patterns, operations, settings.learning, clock.nowMs()),
    backups,
  };
}
