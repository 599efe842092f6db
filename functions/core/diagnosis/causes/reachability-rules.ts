import {
  isAnswer,
  isMissReason,
  isUnresolved,
  type MissReason,
  mayRun,
  missText,
} from '../../watchdog/miss-reason.ts';
import { type CauseRule, NOT_APPLICABLE, type Verdict } from '../cause-rule.ts';
import type { ComponentEvidence, SilentPeer } from '../evidence.ts';
import { strongestSuspect } from '../fault-elsewhere.ts';
import { isOfClass } from '../metric-classes.ts';

/** How likely a host or its service is down, by how far the watchdog has come. Judgement, not measured. */
const SILENT = 0.9;
const MISSING_ONE = 0.5;
/** Without heartbeats: requests may also be lost on their way. */
const UNANSWERING = 0.75;

/** A process may also be silent because it ran out of memory; it then closes no connection, and nothing answers for it. */
const MEMORY_UNKNOWN = 0.88;

function isMemoryKnown(own: ComponentEvidence | undefined): boolean {
  return own?.alarmMetrics?.some((metric) => isOfClass(metric, 'memory')) !== false;
}

/** How likely a component is down whose heartbeat was missed for that reason. */
function weightOf(missedFor: MissReason | undefined): number {
  if (missedFor !== undefined && isUnresolved(missedFor)) return MISSING_ONE;
  return missedFor !== undefined && mayRun(missedFor) ? UNANSWERING : SILENT;
}

/** The same, where silence may have another reason. */
function weightBeside({ missedFor }: SilentPeer, own: ComponentEvidence | undefined): number {
  const weight = weightOf(missedFor);
  return weight < SILENT || isMemoryKnown(own) ? weight : weight * MEMORY_UNKNOWN;
}

const whyText = (missedFor: MissReason | undefined) =>
  missedFor === undefined ? '' : `: ${missText(missedFor)}`;

function bySilence(silent: readonly SilentPeer[], own: ComponentEvidence | undefined): Verdict {
  const dark = silent.filter(({ missedFor }) => missedFor === undefined || !isAnswer(missedFor));
  if (dark.length === 0) {
    const met = silent.map(({ peer, missedFor }) => `${peer}${whyText(missedFor)}`);
    return { verdict: 'refuted', reason: `it runs, although its heartbeats are missed: ${met.join('; ')}` };
  }
  const down = dark.filter(({ status }) => status !== 'DEGRADED');
  const weight = Math.max(...down.map((peer) => weightBeside(peer, own)));
  return {
    verdict: 'supported',
    confidence: down.length > 0 ? weight : MISSING_ONE,
    supports: dark.map(({ peer, missedFor }) => `${peer} does not answer its heartbeat${whyText(missedFor)}`),
  };
}

/** The component's own heartbeats; where it has none, whether it still answers requests. */
export const hostDown: CauseRule = {
  code: 'HOST_DOWN',
  // Metrics support it only where they could be read; beside heartbeats they say nothing.
  uses: ['heartbeats'],
  remedy: 'start it, or replace the host',
  judge: ({ alert, components: [own], unanswering = [] }) => {
    const silent = own?.silentPeers ?? [];
    if (silent.length > 0) return bySilence(silent, own);
    if (alert.origin === 'watchdog') {
      const missedFor = isMissReason(alert.errorType) ? alert.errorType : undefined;
      if (missedFor !== undefined && isAnswer(missedFor))
        return {
          verdict: 'refuted',
          reason: `it runs, although the watchdog reports it${whyText(missedFor)}`,
        };
      const says = `the watchdog reports it${whyText(missedFor)}`;
      return { verdict: 'supported', confidence: weightOf(missedFor), supports: [says] };
    }
    if (own?.hasHeartbeat !== true)
      return unanswering.includes(alert.component)
        ? {
            verdict: 'supported',
            confidence: UNANSWERING,
            supports: ['it no longer answers requests, although its callers still send them'],
          }
        : NOT_APPLICABLE;
    return { verdict: 'refuted', reason: 'its heartbeats are answered' };
  },
};

/** What the alarmed component depends on. */
export const dependencyDown: CauseRule = {
  code: 'DEPENDENCY_DOWN',
  uses: ['operations', 'alarms', 'heartbeats', 'metrics'],
  remedy: 'heal the dependency',
  judge: (evidence) => {
    if (evidence.components.length < 2) return NOT_APPLICABLE;
    const suspect = strongestSuspect(evidence);
    if (!suspect) return { verdict: 'refuted', reason: 'nothing that it depends on shows trouble' };
    const { component, confidence, supports } = suspect;
    return { verdict: 'supported', component, confidence, supports };
  },
};
