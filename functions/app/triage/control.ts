import type { OverrideScope } from '../../core/admission/override.ts';
import type { Pause } from '../../core/admission/records.ts';
import { type Control, settingOf } from '../../core/signal/control-event.ts';
import type { ControlOutcome } from '../../ports/operation-store.ts';
import { notifyOfControl, refuseEvent } from './refuse-event.ts';
import type { TriageDecision, TriageDeps } from './triage-deps.ts';

/**
 * Pauses healing, resumes it, or sets a mode, for all components or for a part of them. A control that has no effect is refused on
 * record, and the architect is notified.
 *
 * @throws StoreUnavailable after notifying the architect; the control is then tried again
 */
export async function control(deps: TriageDeps, event: unknown, given: Control): Promise<TriageDecision> {
  const { command, mode, scope, reason, givenAtMs, untilMs } = given;
  const nowMs = deps.clock.nowMs();
  if (untilMs !== undefined && untilMs <= nowMs) {
    const detail = `the ${command} was to end at ${isoTime(untilMs)}, which has passed. Healing is as before. Send it again with a later for (a duration such as 2h) or untilMs (milliseconds since 1970), or without one`;
    return await refuseEvent(deps, event, { reason: 'EXPIRED', detail });
  }
  const outcome = await notifyOnFailure(deps, event, () => take(deps, given, nowMs));
  if (outcome === 'overtaken') {
    const detail = `${OPPOSITES[command]} of the same second or later overrides this ${command} of ${isoTime(givenAtMs)}; send the ${command} again if you still want it`;
    return await refuseEvent(deps, event, { reason: 'OVERTAKEN', detail });
  }
  const about = [mode, scope && partOf(scope)].flatMap((part) => (part === undefined ? [] : ` ${part}`));
  const end = untilMs === undefined ? '' : ` until ${isoTime(untilMs)}`;
  return { decision: 'observe', detail: `${command}${about.join('')}${end}: ${reason}` };
}

const OPPOSITES: Readonly<Record<Control['command'], string>> = {
  pause: 'a resume',
  resume: 'a pause',
  exclude: 'an include',
  include: 'an exclude',
  open_window: 'a close_window',
  close_window: 'an open_window',
  set_mode: 'another set_mode',
};

function partOf({ kind, name }: OverrideScope): string {
  return kind === 'mode' ? 'for all components' : `${kind.replace('-mode', '')} ${name}`;
}

async function take(
  { store }: TriageDeps,
  { command, mode, scope, reason, givenAtMs, untilMs }: Control,
  nowMs: number,
): Promise<ControlOutcome> {
  const pause: Pause = { reason, sinceMs: nowMs, ...(untilMs !== undefined && { untilMs }) };
  const setting = settingOf({ command, ...(mode && { mode }) }, pause);
  if (scope === undefined) return await store.setPause(setting, givenAtMs);
  return await store.setOverride(scope, { givenAtMs, ...(setting && { setting }) });
}

async function notifyOnFailure<Result>(
  deps: TriageDeps,
  event: unknown,
  change: () => Promise<Result>,
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    const { name, message } = error as Error;
    const detail = `it could not be recorded so far (${name}: ${message}). It is tried again a few times; if the dead-letter alarm follows, send it again`;
    await notifyOfControl(deps, event, { reason: 'LIMITS_UNKNOWN', detail });
    throw error;
  }
}

function isoTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? `${timeMs} ms` : date.toISOString();
}
