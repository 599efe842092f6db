import type { Home } from '../../../functions/core/signal/home.ts';
import type { EventEntry } from '../../conformance/places/place.ts';
import { alarmOf } from './landscape.ts';

type Json = Readonly<Record<string, unknown>>;

/** What CloudWatch says when the alarm of a component changes its state. */
export function alarmDetail(component: string, atMs: number, state: Json = {}, more: Json = {}): Json {
  return {
    alarmName: alarmOf(component),
    configuration: { metrics: [] },
    previousState: { value: 'OK', reason: 'fine', timestamp: '2026-11-22T13:00:00.000+0000' },
    state: {
      value: 'ALARM',
      reason: 'too many errors',
      timestamp: new Date(atMs).toISOString().replace('Z', '+0000'),
      ...state,
    },
    ...more,
  };
}

export const MUTED: Json = {
  muteDetail: {
    mutedByArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm-mute-rule:maintenance',
    muteWindowStart: '2026-11-22T10:00:00.000+0000',
    muteWindowEnd: '2026-11-22T18:00:00.000+0000',
  },
};

export const SUPPRESSED: Json = { actionsSuppressedBy: 'Alarm', actionsSuppressedReason: 'maintenance' };

export function alarmEntry(detail: Json): EventEntry {
  return { source: 'aws.cloudwatch', detailType: 'CloudWatch Alarm State Change', detail };
}

/** The same event as a rule delivers it, for functions that are called without one. */
export function alarmEnvelope(detail: Json, atMs: number, home: Home): Json {
  return {
    ...home,
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    time: new Date(atMs).toISOString(),
    resources: [],
    detail,
  };
}
