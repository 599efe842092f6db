import type { Refusal, RefusalRecord } from '../../core/admission/refusal.ts';
import { signalHash } from '../../core/operation/operation-id.ts';
import { shortReason, textOf } from '../../core/signal/event-values.ts';
import { componentNamedBy } from '../../core/signal/named-component.ts';
import { timeProblem } from '../../core/signal/parse-time.ts';
import type { TriageDecision, TriageDeps } from './triage-deps.ts';

type RefuseDeps = Pick<TriageDeps, 'configuration' | 'store' | 'notifier' | 'metrics' | 'clock'>;

/**
 * Refuses an event as a whole, on record under the component that it names. People rely on the controls that they send:
 * if one has no effect, the architect is notified.
 *
 * @param name the name to file it under, if the event names something that is not a component
 */
export async function refuseEvent(
  deps: RefuseDeps,
  event: unknown,
  refusal: Refusal,
  name?: string,
): Promise<TriageDecision> {
  const component = name ?? componentNamedBy(event, deps.configuration);
  const nowMs = deps.clock.nowMs();
  const short = { ...refusal, detail: shortReason(refusal.detail) };
  const { id, time, 'detail-type': detailType } = envelopeOf(event);
  const givenMs = Date.parse(String(time));
  const occurredAtMs = timeProblem('time', givenMs, nowMs) === undefined ? givenMs : nowMs;
  const signalId = id || signalHash(component, textOf(event));
  await recordRefusal(deps, { ...short, component, signalId, occurredAtMs });
  if (detailType === 'Selfheal Control' || detailType === 'Selfheal Approval')
    await notifyOfControl(deps, event, short);
  return { decision: 'refuse', ...short };
}

export async function recordRefusal(
  deps: Pick<RefuseDeps, 'metrics' | 'clock'> & {
    readonly store: Pick<RefuseDeps['store'], 'recordRefusal'>;
  },
  refusal: Omit<RefusalRecord, 'refusedAtMs'>,
): Promise<void> {
  await deps.store.recordRefusal({ ...refusal, refusedAtMs: deps.clock.nowMs() });
  deps.metrics.refused(refusal.reason);
}

const WHAT_PEOPLE_SENT: Readonly<Record<string, string>> = {
  pause: 'pause',
  resume: 'resume',
  exclude: 'exclusion',
  include: 'inclusion',
  open_window: 'opening of a window',
  close_window: 'closing of a window',
  set_mode: 'change of mode',
  approve: 'approval',
  deny: 'denial',
};

/** Notifies the architect that what a person decided had no effect, and why. */
export async function notifyOfControl(
  { notifier }: Pick<RefuseDeps, 'notifier'>,
  event: unknown,
  problem: { readonly reason: string; readonly detail: string },
): Promise<void> {
  const { source, time, detail } = envelopeOf(event);
  const { command } = (typeof detail === 'object' && detail !== null ? detail : {}) as Record<
    string,
    unknown
  >;
  const what = WHAT_PEOPLE_SENT[String(command)] ?? 'control';
  const { reason } = problem;
  await notifier.notify({
    topic: 'architect',
    subject: `Selfheal: ${/^[aeio]/.test(what) ? 'an' : 'a'} ${what} had no effect`,
    body: {
      ...{ kind: 'control-without-effect', command: what, source, time, reason },
      detail: problem.detail,
    },
  });
}

interface Envelope {
  readonly id?: string;
  readonly source?: string;
  readonly time?: string;
  readonly 'detail-type'?: string;
  readonly detail?: unknown;
}

/**
 * The fields of the envelope that are present, of an event that may be anything; texts are cut to what a record keeps.
 */
function envelopeOf(event: unknown): Envelope {
  const fields = (typeof event === 'object' && event !== null ? event : {}) as Record<string, unknown>;
  const texts = ['id', 'source', 'time', 'detail-type'].flatMap((name) =>
    typeof fields[name] === 'string' ? [[name, shortReason(fields[name])]] : [],
  );
  return { ...(Object.fromEntries(texts) as Envelope), detail: fields['detail'] };
}
