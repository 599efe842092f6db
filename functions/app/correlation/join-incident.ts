import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { withinBounds } from '../../core/correlation/board-size.ts';
import {
  type CorrelatedIncident,
  type IncidentBoard,
  incidentOfComponent,
} from '../../core/correlation/correlated-incident.ts';
import { join, type Sighting } from '../../core/correlation/join.ts';
import { neighbourhoods } from '../../core/correlation/neighbourhood.ts';
import { isCalled, isCalledElsewhere, withCall } from '../../core/correlation/person-call.ts';
import { configuredGraph, type DependencyGraph } from '../../core/diagnosis/dependency-graph.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';
import { NotPermitted, ServiceError } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { noteDenial } from '../denials.ts';
import { type KnownGraphDeps, readCompletedGraph } from '../discovery/known-graph.ts';

export interface JoinIncidentDeps {
  readonly configuration: CompiledConfiguration;
  readonly store: Pick<OperationStore, 'noteDenial'>;
  readonly correlation: Pick<CorrelationStore, 'readBoards' | 'saveBoard'>;
  readonly discovered: KnownGraphDeps['discovered'];
  readonly clock: Clock;
  /** 0 to 1, for the jitter between tries. */
  readonly random: () => number;
}

/** In a storm, all of a neighbourhood write one record. */
const TRY_FOR_MS = 8_000;
/** A repair that was admitted begins only afterwards. */
const TRY_BEFORE_REPAIR_MS = 1_000;
const FIRST_BACKOFF_MS = 30;
const MAXIMUM_BACKOFF_MS = 400;

/**
 * Puts an alert on record with the incident that it belongs to: one read, and one conditional write if it says anything
 * new. Incidents are for people: if it can't be done within a second of the admission, or if the board is full, the repair
 * goes on, and the alert stays apart.
 *
 * @returns `undefined` for a component without neighbours, and if it could not be done
 */
export async function joinIncident(
  deps: JoinIncidentDeps,
  sighting: Omit<Sighting, 'nowMs'>,
): Promise<CorrelatedIncident | undefined> {
  const tryForMs = sighting.operationId === undefined ? TRY_FOR_MS : TRY_BEFORE_REPAIR_MS;
  const untilMs = deps.clock.nowMs() + tryForMs;
  const graph = await graphOf(deps);
  const change: BoardChange<CorrelatedIncident | undefined> = (board) => {
    const joined = join(board, { ...sighting, nowMs: deps.clock.nowMs() }, graph);
    if (joined.board === board) return { board, answer: joined.incident };
    const kept = withinBounds(joined.board, board);
    return kept ? { board: kept, answer: joined.incident } : { board, answer: undefined };
  };
  return await changeBoard(deps, sighting.alert.component, change, untilMs);
}

/** What is declared is enough to go on, if the rest cannot be read. */
async function graphOf(deps: JoinIncidentDeps): Promise<DependencyGraph> {
  const declared = configuredGraph(deps.configuration.components);
  try {
    return (await readCompletedGraph(deps)) ?? declared;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error instanceof NotPermitted) await noteDenial(deps, error.denial);
    return declared;
  }
}

/**
 * Whether this function is the one that calls people about what is at fault for an incident, and for whatever other
 * incidents are open. If it dies meanwhile, another one will be.
 *
 * @param atFault since when it has been
 * @returns `true` as well if nobody can tell: better twice than not at all
 */
export async function mayCallPeople(
  deps: JoinIncidentDeps,
  component: string,
  atFault: { readonly component: string; readonly sinceMs: number },
): Promise<boolean> {
  const nowMs = deps.clock.nowMs();
  const answer = await changeBoard(deps, component, (board) => {
    const incident = incidentOfComponent(board, component);
    if (!incident) return { board, answer: !isCalledElsewhere(board, atFault, nowMs) };
    if (isCalled(incident, atFault.component, nowMs) || isCalledElsewhere(board, atFault, nowMs))
      return { board, answer: false };
    const call = { status: 'CALLING', atMs: nowMs } as const;
    return { board: withCall(board, incident.incidentId, atFault.component, call), answer: true };
  });
  return answer ?? true;
}

/** Notes whether people have been called, or could not be: then the next try calls them. */
export async function noteCalled(
  deps: JoinIncidentDeps,
  component: string,
  atFault: string,
  wereCalled: boolean,
): Promise<void> {
  const call = wereCalled ? ({ status: 'CALLED', atMs: deps.clock.nowMs() } as const) : undefined;
  await changeBoard(deps, component, (board) => {
    const incident = incidentOfComponent(board, component);
    return {
      board: incident ? withCall(board, incident.incidentId, atFault, call) : board,
      answer: undefined,
    };
  });
}

type BoardChange<Answer> = (board: IncidentBoard) => {
  readonly board: IncidentBoard;
  readonly answer: Answer;
};

async function changeBoard<Answer>(
  deps: JoinIncidentDeps,
  component: string,
  change: BoardChange<Answer>,
  untilMs = deps.clock.nowMs() + TRY_FOR_MS,
): Promise<Answer | undefined> {
  const { configuration, correlation, clock, random } = deps;
  const neighbourhood = neighbourhoods(configuration).get(component);
  if (neighbourhood === undefined) return undefined;
  try {
    for (let attempt = 0; ; attempt += 1) {
      const waitMs = attempt === 0 ? 0 : backoffMs(attempt) * (0.5 + random() / 2);
      if (attempt > 0 && clock.nowMs() + waitMs > untilMs) return undefined;
      if (waitMs > 0) await clock.sleep(waitMs);
      const [before] = await correlation.readBoards([neighbourhood]);
      if (!before) return undefined;
      const { board, answer } = change(before);
      if (board === before || (await correlation.saveBoard(board))) return answer;
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error instanceof NotPermitted) await noteDenial(deps, error.denial);
  }
  return undefined;
}

function backoffMs(attempt: number): number {
  return Math.min(MAXIMUM_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
}
