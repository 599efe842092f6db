import type { HealthAlert } from '../signal/health-alert.ts';
import type { Severity } from '../signal/severity.ts';
import type { PeerStatus } from '../watchdog/ladder.ts';
import type { DependencyGraph } from './dependency-graph.ts';

/** Where evidence comes from. */
export const EVIDENCE_SOURCES = ['operations', 'alarms', 'heartbeats'] as const;
export type EvidenceSource = (typeof EVIDENCE_SOURCES)[number];

/** What could not be read, and why. It lowers confidence, and never counts as a fault. */
export interface MissingEvidence {
  readonly source: EvidenceSource;
  readonly why: string;
}

export interface RedAlarm {
  readonly alarmName: string;
  /** As strategies name it. */
  readonly metric: string;
  readonly severity: Severity;
  readonly sinceMs: number;
}

/** What is known of one component; of what could not be read, nothing. Times are epoch milliseconds. */
export interface ComponentEvidence {
  readonly component: string;
  readonly redAlarms: readonly RedAlarm[];
  /** Heartbeats that were missed, by peer; peers that answer are left out. */
  readonly silentPeers: readonly {
    readonly peer: string;
    readonly status: Exclude<PeerStatus, 'HEALTHY'>;
    readonly lastSeenMs: number;
  }[];
  /** The operation that is healing it now. */
  readonly operationId?: string;
  /** When people were notified that it needs them; forgotten when it recovers. */
  readonly personCalledAtMs?: number;
  /** When it was last admitted to be healed. */
  readonly lastAdmittedMs?: number;
}

/** All that is known of an alarmed component and what it depends on, gathered once. */
export interface Evidence {
  readonly alert: HealthAlert;
  readonly nowMs: number;
  readonly graph: DependencyGraph;
  /** The alarmed component first, callers before their callees. */
  readonly components: readonly ComponentEvidence[];
  readonly missing: readonly MissingEvidence[];
}

/** When the trouble began: the alert's time, or earlier if an alarm of the component has been red since before. */
export function onsetMs({ alert, components: [own] }: Pick<Evidence, 'alert' | 'components'>): number {
  return Math.min(alert.occurredAtMs, ...(own?.redAlarms.map(({ sinceMs }) => sinceMs) ?? []));
}
