import type { RefusalRecord } from '../../functions/core/admission/refusal.ts';
import { type StepRecord, stepPhase } from '../../functions/core/operation/operation.ts';
import type { DemoComponent } from './components.ts';
import type { TimelineEntry } from './timeline-entry.ts';

/** The timeline's entry for a step that has ended; `undefined` for one that has not. */
export function entryOfStep(
  step: StepRecord,
  component: DemoComponent,
  hostOf: (instanceId: string) => string,
): TimelineEntry | undefined {
  if (step.outcome === undefined || step.completedAtMs === undefined) return undefined;
  const hosts = step.targets.map(hostOf).join(', ');
  return {
    atMs: step.completedAtMs,
    component,
    kind: 'step',
    state: step.outcome,
    tone: step.outcome === 'SUCCEEDED' ? 'good' : 'bad',
    why: readable(step.detail ?? ''),
    action: step.action,
    phase: stepPhase(step.stepId),
    ...(hosts !== '' && { host: hosts }),
    tookMs: step.completedAtMs - step.startedAtMs,
    operationId: step.operationId,
  };
}

/** The timeline's entry for a refusal; `undefined` for what asks for no repair: a first missed heartbeat, an anomaly of which people are notified. */
export function entryOfRefusal(refusal: RefusalRecord, component: DemoComponent): TimelineEntry | undefined {
  const { reason, detail, eligibleAtMs, refusedAtMs, signalId } = refusal;
  if (reason === 'SEVERITY_TOO_LOW') return undefined;
  if (reason === 'NO_STRATEGY' && /^watchdog\/.*\/alert$/.test(signalId)) return undefined;
  return {
    atMs: refusedAtMs,
    component,
    kind: 'refusal',
    state: reason,
    tone: 'bad',
    why: detail,
    ...(eligibleAtMs !== undefined && { eligibleAtMs }),
  };
}

/** A runbook's verdict, without the instance's id and what the other columns already say. */
function readable(detail: string): string {
  const said = detail.replace(/^i-[0-9a-f]+ \w+(: )?/, '').replace(/^selfheal: /, '');
  const object = asObject(said);
  if (object === undefined) return said;
  return Object.entries(object)
    .filter(([name]) => !SAID_ELSEWHERE.has(name))
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(', ');
}

const SAID_ELSEWHERE = new Set(['action', 'operationId', 'stepId', 'component', 'ok', 'service']);
const HASH = /^[0-9a-f]{64}$/;

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return HASH.test(text) ? text.slice(0, 8) : text;
}

function asObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
