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
 * enough to read them until they are empty once. Those in use are put on record beside them: the next configuration may
 * not have the component that one is named after.
 */
export async function formerBoardsOf({
  configuration,
  correlation,
}: Pick<CarryOverDeps, 'configuration' | 'correlation'>): Promise<readonly string[]> {
  if (settled.has(configuration.components)) return [];
  const recorded = await correlation.readBoardNames();
  const inUse = [...new Set(neighbourhoods(configuration).values())];
  if (inUse.some((name) => !recorded.includes(name)))
    await correlation.saveBoardNames([...new Set([...recorded, ...inUse])]);
  return formerBoardNames(configuration, recorded);
}

export interface CarryOverDeps {
  readonly configuration: CompiledConfiguration;
  readonly correlation: Pick<
    CorrelationStore,
    'saveBoard' | 'keepEnded' | 'readBoardNames' | 'saveBoardNames'
  >;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Moves incidents from former boards to those in use. The former ones are emptied last: what is cut short, or overtaken by
 * an alert, is done again in the next round.
 *
 * @param boards as they were read, those in use and the former ones
 * @param formerNames the names of the former ones
 * @returns the boards in use
 */
export async function carryOverBoards(
  { configuration, correlation, clock }: CarryOverDeps,
  boards: readonly IncidentBoard[],
  formerNames: ReadonlySet<string>,
): Promise<readonly IncidentBoard[]> {
  const inUse = boards.filter(({ neighbourhood }) => !formerNames.has(neighbourhood));
  if (formerNames.size === 0) return inUse;
  const former = boards.filter(({ neighbourhood }) => formerNames.has(neighbourhood));
  const around = neighbourhoods(configuration);
  const saved = new Map(inUse.map((board) => [board.neighbourhood, board]));
  const moved = carryOver(former, saved, (component) => around.get(component), clock.nowMs());
  if (moved.emptied.length === 0) {
    if (former.length !== formerNames.size) return inUse;
    const findable = new Set(formerBoardNames(configuration));
    if (former.some(({ neighbourhood }) => !findable.has(neighbourhood)))
      await correlation.saveBoardNames([...new Set(around.values())]);
    settled.add(configuration.components);
    return inUse;
  }
  for (const board of moved.changed) {
    if (!(await correlation.saveBoard(board))) return inUse;
    saved.set(board.neighbourhood, board);
  }
  for (const incident of moved.ended) await correlation.keepEnded(incident);
  for (const board of moved.emptied) await correlation.saveBoard(board);
  return [...saved.values()];
}
