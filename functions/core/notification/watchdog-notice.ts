import * as z from 'zod/mini';
import { type LinkContext, linksOf } from './console-links.ts';
import { watchdogKey } from './incident-key.ts';
import type { Notice } from './notice.ts';

/** `detail` of `Selfheal Watchdog Escalation` and `Selfheal Watchdog Recovery`. */
export const watchdogDetail = z.object({
  timestamp: z.iso.datetime(),
  reason: z.string(),
  peerName: z.optional(z.string()),
  vantagePoint: z.optional(z.string()),
  endpoint: z.optional(z.string()),
  component: z.optional(z.string()),
  action: z.optional(z.string()),
  severity: z.optional(z.string()),
});

export type WatchdogDetail = z.output<typeof watchdogDetail>;

/** The escalation that needs a person. */
const CALLS_THE_ARCHITECT = 'alert_architect';

/** The topics that an escalation or a recovery is for: those that its e-mails go to. */
export function watchdogTopics({ action, severity }: WatchdogDetail): readonly ('soc' | 'architect')[] {
  if (action === undefined) return ['architect', 'soc'];
  return [
    ...(action === CALLS_THE_ARCHITECT ? (['architect'] as const) : []),
    ...(severity === 'HIGH' || severity === 'CRITICAL' ? (['soc'] as const) : []),
  ];
}

/** An escalation as people read it, or a recovery, which has no action. */
export function watchdogNotice(detail: WatchdogDetail, context: LinkContext): Notice {
  const { reason, peerName, vantagePoint = 'unknown', endpoint, component, action, severity } = detail;
  const subject = peerName ?? vantagePoint;
  const key = watchdogKey(subject, context.home);
  return {
    title:
      action === undefined ? `Selfheal watchdog: ${subject} has recovered` : `Selfheal watchdog: ${reason}`,
    urgency: action === undefined ? 'info' : action === CALLS_THE_ARCHITECT ? 'critical' : 'warning',
    ...(component !== undefined && { component }),
    message: reason,
    facts: [
      ['Peer', peerName],
      ['Vantage point', peerName === undefined ? vantagePoint : undefined],
      ['Endpoint', endpoint],
      ['Severity', severity],
      ['Requested', action],
    ].flatMap(([name, value]) => (name && value ? [{ name, value }] : [])),
    ...{ done: [], left: [] },
    ...(action === CALLS_THE_ARCHITECT && { task: taskOf(detail) }),
    links: linksOf(component === undefined ? {} : { component }, context),
    ...((action === undefined || action === CALLS_THE_ARCHITECT) && {
      incident: { key, change: action === undefined ? 'resolve' : 'open' },
    }),
  };
}

function taskOf({ peerName, vantagePoint }: WatchdogDetail): string {
  return peerName === undefined
    ? `Architect: check the function selfheal-watch-${vantagePoint} and its network.`
    : `Architect: find out why ${peerName} does not answer, and repair it by hand.`;
}
