import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Strategy } from '../../../functions/core/configuration/schema/schema.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { inForce, SKEW_MS } from './in-force.ts';

/**
 * 23. Learning never widens what the user allowed.
 *
 * The strategy that is taken answers the alert, and each one before it in the file has spent its attempts; or, where what
 * was learned is to be applied, it is interchangeable with the one taken, or was tried often enough to be called
 * ineffective. Alerts whose cause or change rules strategies out are left to other checks, and so are missed heartbeats.
 */
export function learnsWithinBounds(evidence: Evidence): readonly string[] {
  return evidence.trace.of('admitted').flatMap((begun) => {
    const { operationId, component, strategyId, alert } = begun.operation;
    if (alert.change?.isInProgress || alert.origin === 'watchdog' || alert.origin === 'monitor') return [];
    const problems = inForce(evidence, begun.atMs).map((each) => problemOf(evidence, each, begun));
    const [problem] = problems;
    return problem !== undefined && problems.every(Boolean)
      ? [`${operationId} took ${strategyId} for ${component}, ${problem}`]
      : [];
  });
}

function problemOf(
  evidence: Evidence,
  { strategies, settings }: CompiledConfiguration,
  begun: Of<'admitted'>,
): string | undefined {
  const { component, strategyId, alert } = begun.operation;
  const answers = ({ trigger, components = [component] }: Strategy) =>
    trigger.metrics.includes(alert.metric) && components.includes(component);
  const taken = strategies.find(({ id }) => id === strategyId);
  if (taken === undefined || !answers(taken)) return 'which does not answer the alert';
  const applies = settings.learning.mode === 'apply';
  const passed = strategies
    .slice(0, strategies.indexOf(taken))
    .filter((each) => answers(each) && each.trigger.causes.length === 0)
    .find((each) => {
      const tries = triesOf(evidence, begun, each);
      if (tries.within(each.attemptWindowSeconds * 1_000) >= each.maxAttempts) return false;
      const isInterchangeable =
        each.interchangeable !== undefined && each.interchangeable === taken.interchangeable;
      return !(applies && (isInterchangeable || tries.all >= settings.learning.ineffectiveAfter));
    });
  return passed && `though ${passed.id} comes first and had attempts left`;
}

function triesOf({ trace }: Evidence, begun: Of<'admitted'>, strategy: Strategy) {
  const earlier = trace
    .of('admitted')
    .filter(
      ({ operation, index }) =>
        index < begun.index &&
        operation.component === begun.operation.component &&
        operation.strategyId === strategy.id,
    );
  return {
    all: earlier.length,
    // Counted when the decision was made, which may take a while to be stored.
    within: (windowMs: number) =>
      earlier.filter(
        ({ operation }) => operation.startedAtMs > begun.operation.startedAtMs - windowMs - SKEW_MS,
      ).length,
  };
}
