import { type CauseRule, NOT_APPLICABLE } from '../cause-rule.ts';
import type { ComponentEvidence } from '../evidence.ts';
import { strongestSuspect } from '../fault-elsewhere.ts';
import { isOfClass } from '../metric-classes.ts';

/** How likely a host or its service is down, by how far the watchdog has come. Judgement, not measured. */
const SILENT = 0.9;
const MISSING_ONE = 0.5;
/** Without heartbeats: requests may also be lost on their way. */
const UNANSWERING = 0.75;

/** A process may also be silent because it ran out of memory. */
const MEMORY_UNKNOWN = 0.88;

function isMemoryKnown(own: ComponentEvidence | undefined): boolean {
  return own?.alarmMetrics?.some((metric) => isOfClass(metric, 'memory')) !== false;
}

/** The component's own heartbeats; where it has none, whether it still answers requests. */
export const hostDown: CauseRule = {
  code: 'HOST_DOWN',
  uses: ['heartbeats', 'metrics'],
  remedy: 'start it, or replace the host',
  judge: ({ alert, components: [own], unanswering = [] }) => {
    const silent = own?.silentPeers ?? [];
    if (silent.length > 0) {
      const isDown = silent.some(({ status }) => status !== 'DEGRADED');
      return {
        verdict: 'supported',
        confidence: isDown ? SILENT * (isMemoryKnown(own) ? 1 : MEMORY_UNKNOWN) : MISSING_ONE,
        supports: silent.map(({ peer }) => `${peer} does not answer its heartbeat`),
      };
    }
    if (alert.origin === 'watchdog')
      return { verdict: 'supported', confidence: SILENT, supports: ['the watchdog reports it'] };
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
