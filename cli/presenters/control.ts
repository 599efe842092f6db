import type { ControlDetail, SendControlResult } from '../../functions/app/operate/send-control.ts';
import type { Setting } from '../../functions/core/admission/records.ts';
import { assertNever } from '../../functions/core/assert-never.ts';
import { isSetting } from '../../functions/core/signal/control-event.ts';
import type { Output } from '../output.ts';
import { REFUSAL_EXPLANATIONS } from './refusal-reasons.ts';
import { moment } from './words.ts';

/** What came of a control. */
export function controlText(
  output: Output,
  detail: ControlDetail,
  source: string,
  result: SendControlResult,
): string {
  const name = detail.command === 'set_mode' ? 'mode' : detail.command.replace('_', '-');
  switch (result.outcome) {
    case 'confirmed':
      return effectText(output, detail, result.setting);
    case 'overtaken': {
      const state = stateSince(detail);
      return `The ${name} had no effect: somebody else has ${state} since. Send it again if you still want it.`;
    }
    case 'refused': {
      const { reason, detail: why } = result.refusal;
      return `The ${name} was refused: ${output.paint('red', reason)}: ${why}\n${REFUSAL_EXPLANATIONS[reason]}`;
    }
    case 'unanswered':
      return unansweredText(`The ${name}`, source, result.eventId);
    default:
      return assertNever(result);
  }
}

function stateSince(detail: ControlDetail): string {
  if (detail.command === 'set_mode') return 'set another mode';
  return isSetting(detail) ? 'lifted it' : 'set it again';
}

function effectText({ paint }: Output, detail: ControlDetail, setting: Setting | undefined): string {
  const { untilMs } = setting ?? {};
  const until = (opposite: string) =>
    untilMs === undefined ? `until \`selfheal ${opposite}\`` : `until ${moment(untilMs)}`;
  switch (detail.command) {
    case 'pause': {
      const of = detail.group === undefined ? '' : ` of group ${detail.group}`;
      const opposite = detail.group === undefined ? 'resume' : `resume --group ${detail.group}`;
      return `Healing${of} is ${paint('yellow', 'paused')} ${until(opposite)}. Operations in flight finish.`;
    }
    case 'resume':
      return `Healing${detail.group === undefined ? '' : ` of group ${detail.group}`} is ${paint('green', 'on')} again.`;
    case 'exclude':
      return `${detail.component} is ${paint('yellow', 'left alone')} ${until(`include ${detail.component}`)}. An operation in flight finishes.`;
    case 'include':
      return `${detail.component} ${paint('green', 'may be healed')} again.`;
    case 'open_window':
      return `Window ${detail.window} is ${paint('green', 'held open')} ${until(`close-window ${detail.window}`)}.`;
    case 'close_window':
      return `Window ${detail.window} follows its hours again.`;
    case 'set_mode':
      return modeSetText(paint, detail, until);
    default:
      return assertNever(detail);
  }
}

function modeSetText(
  paint: Output['paint'],
  { mode, group, component }: Extract<ControlDetail, { readonly command: 'set_mode' }>,
  until: (opposite: string) => string,
): string {
  const of = component ?? (group === undefined ? 'all components' : `group ${group}`);
  switch (mode) {
    case 'auto':
      return `The mode set for ${of} is ${paint('green', 'lifted')}: what the configuration says applies, and what is set for other parts.`;
    case 'propose':
      return `Repairs of ${of} ${paint('yellow', 'wait for an approval')} ${until('mode auto')}. Operations in flight finish.`;
    case 'observe':
      return `Repairs of ${of} are ${paint('yellow', 'only observed')} ${until('mode auto')}. Operations in flight finish.`;
    default:
      return assertNever(mode);
  }
}

/** EventBridge accepts events that no rule matches. */
export function unansweredText(what: string, source: string, eventId: string): string {
  return [
    `${what} was accepted by EventBridge (event ${eventId}), but no effect was on record in time.`,
    `Check that the deployment listens to the source ${source} (settings.sources), and that this is its account and Region; then look into the dead-letter queue of signals: docs/operating.md, “Dead-letter queues”.`,
  ].join('\n');
}
