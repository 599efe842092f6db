import type { Observation } from '../../functions/core/admission/observation.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';
import { moment, span } from './words.ts';

/** One line for each observed operation. */
export function observationLines(output: Output, observations: readonly Observation[]): readonly string[] {
  if (observations.length === 0) return ['Nothing was observed.'];
  return columns(
    output,
    ['OBSERVATION', 'WOULD HAVE STARTED', 'COMPONENT', 'STRATEGY', 'RECOVERED BY ITSELF', 'WHY'],
    observations.map(({ operation, recoveredAtMs }) => {
      const { operationId, component, strategyId, attempt, startedAtMs, alert } = operation;
      return [
        operationId,
        moment(startedAtMs),
        component,
        attempt === 1 ? strategyId : `${strategyId} #${attempt}`,
        recoveredAtMs === undefined
          ? output.paint('yellow', 'not yet')
          : output.paint('green', `after ${span(Math.max(0, recoveredAtMs - alert.occurredAtMs))}`),
        `${alert.metric}, ${alert.origin}`,
      ];
    }),
  );
}
