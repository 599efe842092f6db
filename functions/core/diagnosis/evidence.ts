import type { RolledBack } from '../admission/records.ts';
import type { Change } from '../change/change.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import type { Severity } from '../signal/severity.ts';
import type { PeerStatus } from '../watchdog/ladder.ts';
import type { MissReason } from '../watchdog/miss-reason.ts';
import type { DependencyGraph } from './dependency-graph.ts';
import type { TrafficEvidence } from './traffic-evidence.ts';

/**
 * Where evidence comes from: `metrics` are those of traffic, `resources` what AWS publishes of the component's own, which only
 * adds causes.
 */
export const EVIDENCE_SOURCES = [
  'graph',
  'operations',
  'alarms',
  'heartbeats',
  'changes',
  'metrics',
  'resources',
] as const;
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
  /** Whether there is too little of the metric. @default too much, or not known */
  readonly isLow?: true;
  readonly sinceMs: number;
}

/** Something besides alarms and heartbeats that says what is wrong with a component; never of how much is asked of it. */
export interface Sign {
  /** As strategies name it. */
  readonly metric: string;
  /** When it was said last. */
  readonly atMs: number;
  /** One sentence for people. */
  readonly says: string;
}

export interface SilentPeer {
  readonly peer: string;
  readonly status: Exclude<PeerStatus, 'HEALTHY'>;
  readonly lastSeenMs: number;
  /** Why it missed its last heartbeat. @default for no known reason */
  readonly missedFor?: MissReason;
}

/** What is known of one component; of what could not be read, nothing. Times are epoch milliseconds. */
export interface ComponentEvidence {
  readonly component: string;
  /** Whether only discovered dependencies lead to it. @default the configuration declares that it is depended on */
  readonly isDiscovered?: true;
  readonly redAlarms: readonly RedAlarm[];
  /** @default none */
  readonly signs?: readonly Sign[];
  /** Metrics that it has alarms on, red or not. @default none */
  readonly alarmMetrics?: readonly string[];
  /** Heartbeats that were missed, by peer; peers that answer are left out. */
  readonly silentPeers: readonly SilentPeer[];
  /** Whether the watchdog checks it. */
  readonly hasHeartbeat?: boolean;
  /** How its changes are judged; absent if they are not watched. */
  readonly watched?: { readonly holdMs: number; readonly suspectMs: number; readonly graceMs: number };
  /** Its changes, the newest first. */
  readonly changes?: readonly Change[];
  /** What Selfheal has rolled back of them. */
  readonly rolledBack?: RolledBack;
  /** The operation that is healing it now. */
  readonly operationId?: string;
  /** When people were notified that it needs them; forgotten when it recovers. */
  readonly personCalledAtMs?: number;
  /** When it was last admitted to be healed. */
  readonly lastAdmittedMs?: number;
}

/** All that is known of an alarmed component and what it depends on, gathered once. */
export interface Evidence extends TrafficEvidence {
  readonly alert: HealthAlert;
  readonly nowMs: number;
  /** What the configuration declares. */
  readonly graph: DependencyGraph;
  /** The same, with the dependencies that were discovered. @default nothing is discovered */
  readonly completedGraph?: DependencyGraph;
  /** The alarmed component first, callers before their callees; last, what only discovered dependencies lead to. */
  readonly components: readonly ComponentEvidence[];
  readonly missing: readonly MissingEvidence[];
}

/** When the trouble began: the alert's time, or earlier if an alarm of the component has been red since before. */
export function onsetMs({ alert, components: [own] }: Pick<Evidence, 'alert' | 'components'>): number {
  return Math.min(alert.occurredAtMs, ...(own?.redAlarms.map(({ sinceMs }) => sinceMs) ?? []));
}

/** What tells since when there is trouble: of the alarmed component, which comes first, its red alarms. */
interface Trouble extends Pick<Evidence, 'alert'> {
  readonly components: readonly { readonly redAlarms?: readonly RedAlarm[] | undefined }[];
}

/** Alarms that go red within this time of each other are taken for the same trouble. */
const SAME_TROUBLE_MS = 15 * 60_000;

/**
 * When the trouble that the alert is about began: when its alarm went red, or earlier if another of the component's
 * alarms went red shortly before. One that has been red for days is another trouble.
 */
export function troubleSinceMs({ alert, components: [own] }: Trouble): number {
  const red = own?.redAlarms ?? [];
  const itself = red.find(({ alarmName }) => alarmName === alert.alarmName)?.sinceMs;
  const sinceMs = Math.min(alert.occurredAtMs, itself ?? alert.occurredAtMs);
  const together = red.filter((alarm) => sinceMs - alarm.sinceMs <= SAME_TROUBLE_MS);
  return Math.min(sinceMs, ...together.map((alarm) => alarm.sinceMs));
}

/** What is known where nothing is gathered. */
export function alertAlone(alert: HealthAlert): Evidence {
  return {
    alert,
    nowMs: alert.occurredAtMs,
    graph: { callers: new Map(), callees: new Map() },
    components: [{ component: alert.component, redAlarms: [], silentPeers: [] }],
    missing: [],
  };
}
