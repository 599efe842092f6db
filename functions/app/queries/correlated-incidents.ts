import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { CorrelatedIncident } from '../../core/correlation/correlated-incident.ts';
import { neighbourhoods } from '../../core/correlation/neighbourhood.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';

const DAY_MS = 86_400_000;
const INCIDENTS_AT_MOST = 10_000;

export interface CorrelatedIncidentsDeps {
  readonly correlation: Pick<CorrelationStore, 'readBoards' | 'listEnded'>;
  readonly configuration: Pick<CompiledConfiguration, 'components' | 'settings'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** The incidents of several components that began within the last days, and all that are open; the newest first. */
export async function correlatedIncidents(
  { correlation, configuration, clock }: CorrelatedIncidentsDeps,
  { days }: { readonly days: number },
): Promise<readonly CorrelatedIncident[]> {
  const names = [...new Set(neighbourhoods(configuration).values())];
  const sinceMs = Math.max(0, clock.nowMs() - days * DAY_MS);
  const [boards, ended] = await Promise.all([
    correlation.readBoards(names),
    correlation.listEnded(sinceMs, INCIDENTS_AT_MOST),
  ]);
  const onBoards = boards.flatMap(({ incidents }) => incidents);
  // A board knows more than what was kept when an incident ended: late alerts, and what it turned out to be part of.
  const known = new Set(onBoards.flatMap(({ incidentId, absorbed }) => [incidentId, ...absorbed]));
  const all = [...onBoards, ...ended.filter(({ incidentId }) => !known.has(incidentId))];
  return all
    .filter(({ beganAtMs, resolvedAtMs }) => resolvedAtMs === undefined || beganAtMs >= sinceMs)
    .toSorted((a, b) => b.beganAtMs - a.beganAtMs || (a.incidentId < b.incidentId ? 1 : -1));
}
