import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { incidentOfComponent, isOpen } from '../../core/correlation/correlated-incident.ts';
import { neighbourhoods } from '../../core/correlation/neighbourhood.ts';
import { repairPriority } from '../../core/correlation/priority.ts';
import type { NamedAlarm } from '../../core/verification/observed-components.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';
import type { Round } from './round.ts';

export interface RepairPrioritiesDeps {
  readonly configuration: CompiledConfiguration;
  readonly correlation: Pick<CorrelationStore, 'readBoards'>;
}

/**
 * How urgent the repair of each component with a red alarm is, 0 to 1. Their incidents are read if there is something to
 * choose; if they can't be, the alarms alone decide.
 */
export async function repairPriorities(
  { configuration, correlation }: RepairPrioritiesDeps,
  red: readonly { readonly component: string; readonly alarms: readonly NamedAlarm[] }[],
  { attempt }: Pick<Round, 'attempt'>,
): Promise<ReadonlyMap<string, number>> {
  const around = neighbourhoods(configuration);
  const names = [...new Set(red.flatMap(({ component }) => around.get(component) ?? []))];
  const boards = new Map<string, Awaited<ReturnType<CorrelationStore['readBoards']>>[number]>();
  if (red.length > 1 && names.length > 0)
    await attempt('incidents of components with red alarms', async () => {
      for (const board of await correlation.readBoards(names)) boards.set(board.neighbourhood, board);
      return [];
    });
  return new Map(
    red.map(({ component, alarms }) => {
      const board = boards.get(around.get(component) ?? '');
      const incident = board && incidentOfComponent(board, component);
      return [
        component,
        repairPriority(component, alarms, incident && isOpen(incident) ? incident : undefined),
      ];
    }),
  );
}
