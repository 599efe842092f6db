import { type LinkContext, linksOf } from './console-links.ts';
import { incidentKey } from './incident-key.ts';
import type { Notice, NoticeFact, Urgency } from './notice.ts';
import { type NotificationBody, notificationBody } from './notification-body.ts';

/** A notification as people read it, on whichever channel. */
export function noticeOf(
  { subject, body }: { readonly subject: string; readonly body: unknown },
  context: LinkContext,
): Notice {
  const parsed = notificationBody.safeParse(body);
  const known: NotificationBody = parsed.success ? parsed.data : { message: JSON.stringify(body) };
  const { component, origin, metric, kind, proposalId } = known;
  return {
    title: subject,
    urgency: urgencyOf(known),
    ...(component !== undefined && { component }),
    message: known.message || known.detail || known.reason || subject,
    facts: factsOf(known),
    done: doneIn(known),
    left: leftIn(known),
    ...taskOf(known),
    links: linksOf(known, context),
    ...(kind === 'proposal' && proposalId !== undefined && { proposalId }),
    ...(component !== undefined &&
      needsPerson(known) && {
        incident: {
          key: incidentKey(component, context.home),
          change: 'open',
          ...(origin !== undefined && { origin }),
          ...(metric !== undefined && { metric }),
          ...(known.result === 'CONTAINED' && { contained: true }),
        },
      }),
  };
}

/** Whether nothing more happens until a person acts. */
function needsPerson({ kind, failure, result, observed }: NotificationBody): boolean {
  if (observed === true) return false;
  return (
    failure !== undefined || result === 'CONTAINED' || kind === 'attempts-spent' || kind === 'cause-elsewhere'
  );
}

function urgencyOf({ kind, failure, result, targets, observed }: NotificationBody): Urgency {
  if (observed === true) return 'info';
  if (kind === 'attempts-spent' || result === 'CONTAINED') return 'critical';
  if (failure !== undefined || kind === 'permission-missing' || kind === 'cause-elsewhere') return 'error';
  return targets !== undefined || kind !== 'operation' ? 'warning' : 'info';
}

function factsOf(body: NotificationBody): readonly NoticeFact[] {
  const { confidence, current, threshold, failure, strategyId, attempt, atFault } = body;
  const { supports = [], missing = [] } = body;
  const sure = confidence === undefined ? '' : ` (confidence ${Math.round(confidence * 100)} %)`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Cause', body.rootCause && `${body.rootCause}${sure}`],
    ['At fault', atFault && `${atFault}${sure}`],
    ['Evidence', supports.join('; ')],
    ['Unknown', missing.map(({ source, why }) => `${source}: ${why}`).join('; ')],
    ['Reported', body.reason],
    ['Metric', body.metric && `${body.metric}${figures(current, threshold)}`],
    ['Error type', body.errorType],
    ['Failure', failure && `${failure.error}: ${failure.cause}`],
    ['Strategy', strategyId && (attempt === undefined ? strategyId : `${strategyId}, attempt ${attempt}`)],
    ['Permission', body.action],
    ['Resource', body.resource],
    ['Role', body.role],
    ['Command', body.command],
    ['Requested', body.asked],
    ['Sent by', body.source],
    ['Operation', body.operationId],
  ];
  return facts.flatMap(([name, value]) => (value ? [{ name, value }] : []));
}

function figures(current: number | undefined, threshold: number | undefined): string {
  if (current === undefined) return '';
  return threshold === undefined ? `: ${current}` : `: ${current}, threshold ${threshold}`;
}

function doneIn({ steps = [], stepsLeftOut }: NotificationBody): readonly string[] {
  return [
    ...steps.map(({ stepId, action, outcome = 'running', detail }) =>
      detail ? `${stepId} ${action}: ${outcome} (${detail})` : `${stepId} ${action}: ${outcome}`,
    ),
    ...(stepsLeftOut ? [`${stepsLeftOut} more steps are on record`] : []),
  ];
}

function leftIn({ targets }: NotificationBody): readonly string[] {
  const { left = [], untouched = [], skipped = {} } = targets ?? {};
  const missed = Object.entries(skipped).filter(([, reason]) => reason !== 'healthy');
  return [
    ...left.map((id) => `${id}: repair begun, left as it is`),
    ...untouched.map((id) => `${id}: untouched`),
    ...missed.map(([id, reason]) => `${id}: skipped (${reason})`),
  ];
}

function taskOf(body: NotificationBody): Pick<Notice, 'task'> {
  const { kind, component, operationId, failure, result, eligibleAtMs, observed, atFault } = body;
  if (observed === true) return {};
  if (kind === 'attempts-spent') {
    const until = eligibleAtMs === undefined ? '' : ` until ${new Date(eligibleAtMs).toISOString()}`;
    return {
      task: `Architect: find the cause and repair ${component} by hand. Selfheal tries nothing more${until}.`,
    };
  }
  if (kind === 'cause-elsewhere')
    return {
      task: `Architect: repair ${atFault} by hand. Selfheal leaves ${component} alone while ${atFault} is at fault.`,
    };
  if (kind === 'permission-missing')
    return { task: 'Architect: deploy the stacks again, or remove the policy that denies it.' };
  if (kind === 'control-without-effect' || kind === 'peer-change-without-effect')
    return { task: 'Architect: correct the event and send it again.' };
  if (failure !== undefined)
    return {
      task: `Architect: find the cause and repair ${component} by hand. \`npx selfheal show ${operationId}\` lists every step, \`npx selfheal why ${component}\` says when Selfheal tries again.`,
    };
  if (result === 'CONTAINED')
    return { task: `Architect: find out what happened to ${component}, then lift the containment.` };
  if (leftIn(body).length > 0)
    return { task: `Architect: repair the targets of ${component} that were skipped.` };
  return {};
}
