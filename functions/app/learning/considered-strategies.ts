import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Strategy } from '../../core/configuration/schema/schema.ts';
import type { IneffectiveChains } from '../../core/learning/ineffective-chain.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import { matchingStrategies } from '../../core/signal/match-strategy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LearningStore } from '../../ports/learning-store.ts';

export interface ConsideredStrategiesDeps {
  readonly configuration: CompiledConfiguration;
  readonly learning: Pick<LearningStore, 'listOutcomes' | 'readForgotten'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export interface ConsideredStrategies {
  /** Those that match the alert, in the order in which they are tried. */
  readonly strategies: readonly Strategy[];
  /** Those of them that are passed over. */
  readonly ineffective: IneffectiveChains;
}

/**
 * The strategies that answer an alert, with what was learned about them where `settings.learning.mode` is `apply`. Nothing
 * is read anywhere else, nor if a person names the strategy.
 *
 * @param strategies those that answer it after diagnosis. @default all that match
 * @throws ServiceError if what was learned can't be read: a strategy without effect must not be tried once more
 */
export async function consideredStrategies(
  { configuration, learning, clock }: ConsideredStrategiesDeps,
  alert: HealthAlert,
  strategies: readonly Strategy[] = matchingStrategies(configuration.strategies, alert),
): Promise<ConsideredStrategies> {
  const applies = configuration.settings.learning.mode === 'apply' && alert.strategyId === undefined;
  if (!applies || strategies.length === 0) return { strategies, ineffective: new Map() };
  const [{ advise }, { readLearned }] = await Promise.all([
    import('../../core/learning/advise.ts'),
    import('./read-learned.ts'),
  ]);
  const learned = await readLearned({ configuration, learning, clock });
  return advise(configuration, alert, strategies, learned, clock.nowMs());
}
