import * as z from 'zod/mini';
import { type LinkContext, linksOf } from './console-links.ts';
import { incidentKey } from './incident-key.ts';
import type { Notice } from './notice.ts';

/** What CloudWatch publishes to a topic when an alarm changes its state. */
export const ownAlarmMessage = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.nullish(z.string()),
  NewStateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  NewStateReason: z.string(),
});

/** An alarm on Selfheal itself, as people read it. */
export function ownAlarmNotice(message: z.output<typeof ownAlarmMessage>, context: LinkContext): Notice {
  const { AlarmName: alarmName, AlarmDescription, NewStateValue: state, NewStateReason } = message;
  const isRed = state === 'ALARM';
  return {
    title: `Selfheal: ${alarmName} is ${state}`,
    urgency: isRed ? 'error' : 'info',
    message: AlarmDescription || NewStateReason,
    facts: [{ name: 'Reported', value: NewStateReason }],
    ...{ done: [], left: [] },
    ...(isRed && {
      task: 'Architect: Selfheal itself is in trouble; docs/operating.md says what to look at first.',
    }),
    links: linksOf({ alarmName }, context),
    ...(state !== 'INSUFFICIENT_DATA' && {
      incident: { key: incidentKey(`alarm_${alarmName}`, context.home), change: isRed ? 'open' : 'resolve' },
    }),
  };
}
