import { type Counts, counted } from '../report/outcome.ts';
import { summarised } from '../statistics/durations.ts';
import { type Rate, wilson } from '../statistics/wilson.ts';
import type { TargetKind } from '../target/target.ts';
import { isConclusive, type JudgedOperation, type LearnedOutcome } from './outcome.ts';
import type { LearningSettings } from './settings.ts';

const DAY_MS = 86_400_000;

/** What was learned of one strategy against one cause on one kind of component. */
export interface Pattern {
  readonly cause: string;
  readonly kind: TargetKind;
  readonly strategyId: string;
  /** Operations, whatever they say. */
  readonly outcomes: Counts<LearnedOutcome>;
  /** How much evidence there is: conclusive outcomes, each with its weight. */
  readonly samples: number;
  /** Of the weighed outcomes, the share that lasted. @default there is none */
  readonly successRate?: Rate;
  /** From the signal to the verified recovery, of repairs that lasted. @default none did */
  readonly medianRecoveryMs?: number;
  readonly firstUsedMs: number;
  readonly lastUsedMs: number;
  /** Whether each conclusive outcome lasted, oldest first. */
  readonly history: readonly boolean[];
}

/** The kind of a component; `undefined` for one that is no longer configured, from which nothing is learned. */
export type KindOf = (component: string) => TargetKind | undefined;

/** Identifies a pattern, in records too. */
export function patternKey({
  cause,
  kind,
  strategyId,
}: Pick<Pattern, 'cause' | 'kind' | 'strategyId'>): string {
  return `${strategyId} · ${kind} · ${cause}`;
}

/** All patterns, those with most evidence first. */
export function patternsOf(
  operations: readonly JudgedOperation[],
  kindOf: KindOf,
  settings: Pick<LearningSettings, 'halfLifeDays' | 'learningRate'>,
  nowMs: number,
): readonly Pattern[] {
  const classified = operations.flatMap((each) => {
    const kind = kindOf(each.operation.component);
    if (!kind) return [];
    const { diagnosis, strategyId } = each.operation;
    return [{ ...each, pattern: { cause: diagnosis.rootCause, kind, strategyId } }];
  });
  return [...Map.groupBy(classified, ({ pattern }) => patternKey(pattern)).values()]
    .flatMap((own) => (own[0] ? [patternOf(own[0].pattern, own, settings, nowMs)] : []))
    .toSorted((a, b) => b.samples - a.samples || (patternKey(a) < patternKey(b) ? -1 : 1));
}

function patternOf(
  named: Pick<Pattern, 'cause' | 'kind' | 'strategyId'>,
  own: readonly JudgedOperation[],
  { halfLifeDays, learningRate }: Pick<LearningSettings, 'halfLifeDays' | 'learningRate'>,
  nowMs: number,
): Pattern {
  const conclusive = own.filter(({ outcome }) => isConclusive(outcome));
  const weights = conclusive.map(({ operation }, index) => {
    const halfLives = Math.max(0, nowMs - operation.completedAtMs) / (halfLifeDays * DAY_MS);
    return 0.5 ** halfLives * (1 - learningRate) ** (conclusive.length - 1 - index);
  });
  const lasting = conclusive.map(({ outcome }) => outcome === 'LASTING');
  const samples = weights.reduce((sum, weight) => sum + weight, 0);
  const successes = weights.reduce((sum, weight, index) => sum + (lasting[index] ? weight : 0), 0);
  const successRate = wilson(successes, samples);
  const recovery = summarised(
    conclusive.flatMap(({ operation, outcome }) =>
      outcome === 'LASTING' ? [Math.max(0, operation.completedAtMs - operation.alert.occurredAtMs)] : [],
    ),
  );
  const used = own.map(({ operation }) => operation.startedAtMs);
  return {
    ...named,
    outcomes: counted(own.map(({ outcome }) => outcome)),
    samples,
    ...(successRate && { successRate }),
    ...(recovery && { medianRecoveryMs: recovery.medianMs }),
    firstUsedMs: Math.min(...used),
    lastUsedMs: Math.max(...used),
    history: lasting,
  };
}
