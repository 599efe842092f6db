import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { type Learned, learnedFrom } from '../../core/learning/advise.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LearningStore } from '../../ports/learning-store.ts';

const DAY_MS = 86_400_000;
/** After four half-lives, an outcome has lost 94 % of its weight. */
const HALF_LIVES = 4;

/** What was learned from the operations on record. */
export async function readLearned({
  configuration,
  learning,
  clock,
}: {
  readonly configuration: Pick<CompiledConfiguration, 'settings' | 'components'>;
  readonly learning: Pick<LearningStore, 'listOutcomes' | 'readForgotten'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}): Promise<Learned> {
  const nowMs = clock.nowMs();
  const sinceMs = nowMs - HALF_LIVES * configuration.settings.learning.halfLifeDays * DAY_MS;
  const [operations, forgotten] = await Promise.all([
    learning.listOutcomes(Math.max(0, sinceMs)),
    learning.readForgotten(),
  ]);
  return learnedFrom(configuration, operations, forgotten, nowMs);
}
