import { modeNow } from '../../core/admission/mode-now.ts';
import type { Proposal } from '../../core/admission/proposal.ts';
import type { Limits } from '../../core/admission/records.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Clock } from '../../ports/clock.ts';
import { strategiesFor } from '../diagnosis/strategies-for.ts';

interface IsOvertakenDeps {
  readonly configuration: CompiledConfiguration;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * When a repair of a proposal's component began that leaves nothing of it to decide: by the same strategy, or while what
 * was proposed needs no approval any longer. The repair of another fault leaves it as it is.
 *
 * @param limits as they are now
 */
export async function overtakenAtMs(
  { configuration, clock }: IsOvertakenDeps,
  { operation }: Proposal,
  limits: Limits,
): Promise<number | undefined> {
  const { component, strategyId, startedAtMs, alert } = operation;
  const { attemptsMs } = limits.component;
  const isSince = (atMs: number) => atMs > startedAtMs;
  const bySame = attemptsMs[strategyId]?.find(isSince);
  const byAny = bySame ?? Object.values(attemptsMs).flat().find(isSince);
  if (bySame !== undefined || byAny === undefined) return bySame;
  const answering = await strategiesFor(configuration.strategies, alert);
  if ('refusal' in answering) return undefined;
  const { mode } = modeNow({ configuration, limits, nowMs: clock.nowMs() }, component, answering.strategies);
  return mode === 'auto' ? byAny : undefined;
}
