import * as z from 'zod/mini';
import { CAUSE_CODES } from '../diagnosis/cause.ts';
import { lazily } from '../lazily.ts';
import { SEVERITIES } from '../signal/severity.ts';

const epochMs = z.int().check(z.nonnegative());

/** Alerts that belong together: of one cause, as far as is known. Kept in exactly this shape. */
export const correlatedIncident = lazily(() =>
  z.object({
    /** Sorts by time. */
    incidentId: z.string(),
    /** Incidents that turned out to be part of this one. */
    absorbed: z.readonly(z.array(z.string())),
    /** When the first alert of each component was raised. */
    components: z.record(z.string(), epochMs),
    /** The first alert of each component and metric; of very many, the earliest. */
    alerts: z.readonly(
      z.array(
        z.object({
          component: z.string(),
          metric: z.string(),
          severity: z.enum(SEVERITIES),
          occurredAtMs: epochMs,
        }),
      ),
    ),
    /** The component that accounts for the most of the others. */
    atFault: z.string(),
    /** Why diagnosis takes a component to be at fault, the strongest of each first. */
    causes: z.readonly(
      z.array(
        z.object({
          component: z.string(),
          code: z.exactOptional(z.enum(CAUSE_CODES)),
          confidence: z.number(),
        }),
      ),
    ),
    operationIds: z.readonly(z.array(z.string())),
    changeIds: z.readonly(z.array(z.string())),
    /** Hosts that alerts named. */
    hosts: z.readonly(z.array(z.string())),
    /** When its first alert was raised, and when triage first saw one. */
    beganAtMs: epochMs,
    detectedAtMs: epochMs,
    lastAlertMs: epochMs,
    /** When its first repair was admitted. */
    acknowledgedAtMs: z.exactOptional(epochMs),
    resolvedAtMs: z.exactOptional(epochMs),
    /** For each component at fault that cannot be healed here: people were called, or are being called until then. */
    personCalls: z.record(z.string(), z.object({ status: z.enum(['CALLING', 'CALLED']), atMs: epochMs })),
    /** Severity × explained share × confidence, 0 to 1. */
    score: z.number(),
  }),
);

export type CorrelatedIncident = Readonly<z.output<ReturnType<typeof correlatedIncident>>>;

/** The incidents of a neighbourhood that are open or ended lately: one record, on which all that join one agree. */
export interface IncidentBoard {
  readonly neighbourhood: string;
  /** Grows with every change; 0 if there is no record yet. */
  readonly revision: number;
  readonly incidents: readonly CorrelatedIncident[];
}

export function isOpen({ resolvedAtMs }: CorrelatedIncident): boolean {
  return resolvedAtMs === undefined;
}

/** How long an incident that has ended is kept for alerts that come late, and how many of them. */
const REMEMBERED_MS = 60 * 60_000;
const ENDED_AT_MOST = 50;

/** The incidents that stay on a board: all that are open, and those that ended lately. */
export function rememberedOf(
  incidents: readonly CorrelatedIncident[],
  nowMs: number,
): readonly CorrelatedIncident[] {
  const ended = incidents
    .flatMap(({ incidentId, resolvedAtMs }) =>
      resolvedAtMs !== undefined && nowMs - resolvedAtMs < REMEMBERED_MS
        ? [{ incidentId, resolvedAtMs }]
        : [],
    )
    .toSorted((a, b) => b.resolvedAtMs - a.resolvedAtMs)
    .slice(0, ENDED_AT_MOST);
  const kept = new Set(ended.map(({ incidentId }) => incidentId));
  return incidents.filter((incident) => isOpen(incident) || kept.has(incident.incidentId));
}

/** The incident of a component: the open one, or else the last one that ended lately. */
export function incidentOfComponent(
  { incidents }: IncidentBoard,
  component: string,
): CorrelatedIncident | undefined {
  const own = incidents.filter(({ components }) => components[component] !== undefined);
  return own.find(isOpen) ?? own.at(-1);
}
