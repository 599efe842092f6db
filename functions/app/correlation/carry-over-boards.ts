import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { carryOver } from '../../core/correlation/carry-over.ts';
import type { IncidentBoard } from '../../core/correlation/correlated-incident.ts';
import { formerBoardNames, neighbourhoods } from '../../core/correlation/neighbourhood.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';

/** Configurations of this process with no incident left on a former board. */
const settled = new WeakSet<CompiledConfiguration['components']>();

/**
 * Boards that may have been in use before the configuration was deployed. A deployment starts functions again, so it is
 * enough to read them until they are empty once.
 */
export function formerBoardsOf(configuration: CompiledConfiguration): readonly string[] {
  return settled.has(configuration.components) ? [] : formerBoardNames(configuration);
}

export interface CarryOverDeps {
  readonly configuration: CompiledConfiguration;
  readonly correlation: Pick<CorrelationStore, 'saveBoard' | 'keepEnded'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Moves incidents from former boards to those in use. The former ones are emptied last: what is cut short, or overtaken by
 * an alert, is done again in the next round.
 *
 * @param boards as they were read, those in use and the former ones
 * @returns the boards in use
 */
export async function carryOverBoards(
  { configuration, correlation, clock }: CarryOverDeps,
  boards: readonly IncidentBoard[],
): Promise<readonly IncidentBoard[]> {
  const formerNames = new Set(formerBoardsOf(configuration));
  const inUse = boards.filter(({ neighbourhood }) => !formerNames.has(neighbourhood));
  if (formerNames.size === 0) return inUse;
  const former = boards.filter(({ neighbourhood }) => formerNames.has(neighbourhood));
  const around = neighbourhoods(configuration);
  const known = new Map(inUse.map((board) => [board.neighbourhood, board]));
  const moved = carryOver(former, known, (component) => around.get(component), clock.nowMs());
  if (moved.emptied.length === 0) {
    if (former.length === formerNames.size) settled.add(configuration.components);
    return inUse;
  }
  for (const board of moved.changed) {
    if (!(await correlation.saveBoard(board))) return inUse;
    known.set(board.neighbourhood, board);
  }
  for (const incident of moved.ended) await correlation.keepEnded(incident);
  for (const board of moved.emptied) await correlation.saveBoard(board);
  return [...known.values()];
}
