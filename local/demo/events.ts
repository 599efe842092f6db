import * as z from 'zod';
import type { FinalState } from '../../functions/core/operation/operation.ts';
import { isDemoComponent } from './components.ts';
import type { TimelineEntry, Tone } from './timeline-entry.ts';

const alarmChange = z.object({
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  detail: z.object({
    alarmName: z.string(),
    state: z.object({ value: z.string(), timestamp: z.string(), reasonData: z.string() }),
    previousState: z.object({ value: z.string() }),
  }),
});

const reasonData = z.object({
  recentDatapoints: z.array(z.number().nullable()).default([]),
  threshold: z.number(),
});

const operationChange = z.object({
  'detail-type': z.literal('Selfheal Operation State Change'),
  detail: z.object({
    operationId: z.string(),
    component: z.string(),
    strategyId: z.string(),
    attempt: z.number(),
    state: z.string(),
    at: z.string(),
    metric: z.string(),
    reason: z.string(),
    rootCause: z.string().optional(),
    confidence: z.number().optional(),
    failure: z.object({ error: z.string(), cause: z.string() }).optional(),
  }),
});

type OperationChange = z.output<typeof operationChange>['detail'];
type PeerEvent = z.output<ReturnType<typeof peerEvent>>['detail'];

/** What is not from the analysis has an entry of its own. */
const signal = z.object({
  'detail-type': z.literal('Selfheal Signal'),
  time: z.string(),
  detail: z.object({
    kind: z.string().default('alert'),
    component: z.string().default(''),
    origin: z.string().optional(),
    severity: z.string().optional(),
    reason: z.string().default(''),
  }),
});

type Signal = z.output<typeof signal>;

const peerEvent = <Type extends 'Escalation' | 'Recovery'>(type: Type) =>
  z.object({
    'detail-type': z.literal(`Selfheal Watchdog ${type}`),
    detail: z.object({
      timestamp: z.string(),
      peerName: z.string().default(''),
      reason: z.string(),
      action: z.string().optional(),
    }),
  });

const demoEvent = z.discriminatedUnion('detail-type', [
  alarmChange,
  operationChange,
  signal,
  peerEvent('Escalation'),
  peerEvent('Recovery'),
]);

/** What the demo's rule sends to its queue. Alarms that first become OK are no news. */
export const DEMO_EVENTS = {
  source: ['aws.cloudwatch', 'selfheal'],
  'detail-type': [
    'CloudWatch Alarm State Change',
    'Selfheal Operation State Change',
    'Selfheal Signal',
    'Selfheal Watchdog Escalation',
    'Selfheal Watchdog Recovery',
  ],
};

/** The timeline's entry for an event; `undefined` if the event is no news. */
export function entryOfEvent(text: string): TimelineEntry | undefined {
  const event = demoEvent.parse(JSON.parse(text));
  if (event['detail-type'] === 'Selfheal Operation State Change') return entryOfOperation(event.detail);
  if (event['detail-type'] === 'Selfheal Signal') return entryOfSignal(event);
  if (event['detail-type'] !== 'CloudWatch Alarm State Change') return entryOfPeer(event.detail);
  const { alarmName, state, previousState } = event.detail;
  const [, component = '', alarm = ''] = /^selfheal-([a-z]+)-(.*?)(?:-i-[0-9a-f]+)?$/.exec(alarmName) ?? [];
  if (!isDemoComponent(component)) return undefined;
  if (state.value !== 'ALARM' && previousState.value !== 'ALARM') return undefined;
  const { recentDatapoints, threshold } = reasonData.parse(JSON.parse(state.reasonData));
  const points = recentDatapoints.flatMap((point) => (point === null ? [] : [percent(point, threshold)]));
  return {
    atMs: Date.parse(state.timestamp),
    component,
    kind: 'alarm',
    state: state.value,
    tone: state.value === 'ALARM' ? 'bad' : 'good',
    why: `${alarm} ${points.join(', ')}; limit ${threshold} %`,
  };
}

function entryOfSignal({ time, detail }: Signal): TimelineEntry | undefined {
  const { kind, component, origin, severity, reason } = detail;
  if (origin !== 'anomaly' || !isDemoComponent(component)) return undefined;
  return {
    atMs: Date.parse(time),
    component,
    kind: 'anomaly',
    state: kind === 'alert' ? (severity ?? '') : 'OK',
    tone: kind === 'alert' ? 'bad' : 'good',
    why: reason.replace(/ since \S+$/, ''),
  };
}

/** Rounded, but never to the limit unless it equals the limit. */
function percent(value: number, limit: number): string {
  const digits = [0, 1, 2].find((count) => value === limit || Number(value.toFixed(count)) !== limit);
  return `${value.toFixed(digits ?? 3)} %`;
}

function entryOfPeer({ timestamp, peerName, reason, action }: PeerEvent): TimelineEntry | undefined {
  if (!isDemoComponent(peerName)) return undefined;
  return {
    atMs: Date.parse(timestamp),
    component: peerName,
    kind: 'heartbeat',
    state: action === undefined ? 'HEALTHY' : (PEER_STATES[action] ?? action),
    tone: action === undefined ? 'good' : 'bad',
    why: reason,
  };
}

/** The state of a peer when the watchdog asks for a repair. */
const PEER_STATES: Readonly<Record<string, string>> = {
  alert: 'DEGRADED',
  restart: 'OFFLINE',
  isolate: 'ISOLATED',
};

function entryOfOperation(detail: OperationChange): TimelineEntry | undefined {
  const { component, operationId, strategyId, attempt, state } = detail;
  if (!isDemoComponent(component)) return undefined;
  return {
    atMs: Date.parse(detail.at),
    component,
    kind: 'state',
    state,
    tone: TONES[state] ?? 'plain',
    why: whyOf(detail),
    operationId,
    strategyId,
    attempt,
  };
}

const TONES: Readonly<Record<string, Tone>> = {
  COMPLETED: 'good',
  FAILED: 'bad',
  ROLLING_BACK: 'bad',
} satisfies Partial<Record<FinalState | 'ROLLING_BACK', Tone>>;

function whyOf({
  state,
  strategyId,
  attempt,
  reason,
  rootCause,
  confidence,
  failure,
}: OperationChange): string {
  switch (state) {
    case 'DIAGNOSING': {
      const plan = `${strategyId}, attempt ${attempt}`;
      // The reason of an alarm or an anomaly is already in its own line.
      return /^Threshold Crossed|, score \S+\) since /.test(reason) ? plan : `${plan}: ${reason}`;
    }
    case 'HEALING':
      return rootCause === undefined ? '' : `${rootCause}, confidence ${confidence}`;
    case 'ROLLING_BACK':
      // The runbook's verdict is already in its step's line.
      return failure ? `${failure.error}: ${failure.cause.replace(/: i-[0-9a-f]+ .*$/s, '')}` : '';
    default:
      return '';
  }
}
