import type { FleetRecord } from '../../core/admission/records.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { close } from '../../core/correlation/close.ts';
import type { IncidentBoard } from '../../core/correlation/correlated-incident.ts';
import { neighbourhoods } from '../../core/correlation/neighbourhood.ts';
import { isObserved } from '../../core/verification/observed-components.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';
import type { Round } from '../recover/round.ts';
import { type CarryOverDeps, carryOverBoards, formerBoardsOf } from './carry-over-boards.ts';

/**
 * A component that no alarm and no peer observes stops counting as unhealthy within a round, whether it has recovered or
 * not. Anomalies are repeated every 15 minutes: if none comes for this long, it has. Of one that is no longer configured,
 * nothing will come.
 */
const UNOBSERVED_MS = 30 * 60_000;

export interface CloseIncidentsDeps {
  readonly configuration: CompiledConfiguration;
  readonly correlation: CarryOverDeps['correlation'] & Pick<CorrelationStore, 'readBoards'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Ends incidents none of whose components counts as unhealthy, is being healed, or has a red alarm. One that gets
 * another alert meanwhile is looked at again in the next round. A board that can't be read or written keeps no other
 * incident open. What is left on the boards of an earlier configuration is moved first.
 *
 * @param red components that have a red alarm
 */
export async function closeIncidents(
  deps: CloseIncidentsDeps,
  { unhealthy, inFlight }: Pick<FleetRecord, 'unhealthy' | 'inFlight'>,
  red: ReadonlySet<string>,
  attempt: Round['attempt'],
): Promise<void> {
  const { configuration, correlation, clock } = deps;
  const inUse = new Set(neighbourhoods(configuration).values());
  const inTrouble = new Set([...unhealthy, ...inFlight, ...red]);
  const isRemoved = (component: string) => !Object.hasOwn(configuration.components, component);
  const hasRecovered = (component: string, quietMs: number) =>
    !inTrouble.has(component) &&
    (isObserved(configuration, component) || isRemoved(component) || quietMs >= UNOBSERVED_MS);
  const former = new Set<string>();
  await attempt('boards of an earlier configuration', async () => {
    for (const name of await formerBoardsOf(deps)) former.add(name);
    return [];
  });
  const read = await readEach(correlation, [...inUse, ...former], attempt);
  let boards: readonly IncidentBoard[] = read.filter(({ neighbourhood }) => inUse.has(neighbourhood));
  await attempt('incidents of an earlier configuration', async () => {
    boards = await carryOverBoards(deps, read, former);
    return [];
  });
  for (const before of boards) {
    await attempt(`incidents around ${before.neighbourhood}`, async () => {
      const { board, ended } = close(before, hasRecovered, clock.nowMs());
      // Before they leave the board: an incident that is kept twice is kept once.
      for (const incident of ended) await correlation.keepEnded(incident);
      const isSaved = board !== before && (await correlation.saveBoard(board));
      return isSaved ? ended.map(({ incidentId }) => `incident ${incidentId} is over`) : [];
    });
  }
}

/** All boards in one request; one by one, if one of them keeps the others from being read. */
async function readEach(
  correlation: CloseIncidentsDeps['correlation'],
  names: readonly string[],
  attempt: Round['attempt'],
): Promise<readonly IncidentBoard[]> {
  try {
    return await correlation.readBoards(names);
  } catch {
    const boards: IncidentBoard[] = [];
    for (const name of names)
      await attempt(`incidents around ${name}`, async () => {
        boards.push(...(await correlation.readBoards([name])));
        return [];
      });
    return boards;
  }
}
