import { type Command, Option } from 'commander';
import {
  type SendControlInput,
  type SendControlResult,
  sendControl,
} from '../../functions/app/operate/send-control.ts';
import { assertNever } from '../../functions/core/assert-never.ts';
import { configurationIfAny } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context, End } from '../context.ts';
import { eventSource } from '../event-source.ts';
import { duration } from '../options.ts';
import { REFUSAL_EXPLANATIONS } from '../presenters/refusal-reasons.ts';
import { moment } from '../presenters/words.ts';
import { reasonOf, type SendingOptions, withSending } from '../sending.ts';

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

interface PauseOptions extends SendingOptions {
  readonly for?: number;
}

export function addPause(program: Command, context: Context, end: End): void {
  withSending(program.command('pause'))
    .summary('start no more operations')
    .description(
      'Pauses healing: no operation starts, those in flight finish. Ends with 0 only when the pause has been read back from the table.',
    )
    .addOption(
      new Option(
        '--for <duration>',
        'such as 2h; 1 minute to 30 days; default: until it is resumed',
      ).argParser(duration(MINUTE_SECONDS, 30 * DAY_SECONDS)),
    )
    .action(async (options: PauseOptions) => {
      const reason = reasonOf(options);
      const detail = {
        command: 'pause',
        reason,
        ...(options.for !== undefined && { for: options.for }),
      } as const;
      await control(context, end, options, detail);
    });
}

export function addResume(program: Command, context: Context, end: End): void {
  withSending(program.command('resume'))
    .summary('lift a pause')
    .description('Lifts a pause. Ends with 0 only when that has been read back from the table.')
    .action(async (options: SendingOptions) => {
      await control(context, end, options, { command: 'resume', reason: reasonOf(options) });
    });
}

async function control(
  context: Context,
  end: End,
  options: SendingOptions,
  detail: SendControlInput['detail'],
): Promise<void> {
  const configuration = configurationIfAny(options.config);
  const source = eventSource('Selfheal Control', configuration, options.source);
  const { store, events } = await connect(options);
  const deps = { store, events, clock: context.clock };
  const result = await sendControl(deps, { source, detail, timeoutMs: options.timeout * 1_000 });
  if (result.outcome !== 'confirmed') end(result.outcome === 'unanswered' ? 'unconfirmed' : 'problem');
  if (options.json) {
    context.out(JSON.stringify(result, null, 2));
    return;
  }
  context.out(controlText(context, detail.command, source, result));
  if (detail.command === 'resume' && result.outcome === 'confirmed' && configuration?.settings.paused) {
    context.out('The configuration still pauses it: deploy without settings.paused: true.');
  }
}

function controlText(
  { paint }: Context,
  command: 'pause' | 'resume',
  source: string,
  result: SendControlResult,
): string {
  switch (result.outcome) {
    case 'confirmed': {
      if (command === 'resume') return `Healing is ${paint('green', 'on')} again.`;
      const { untilMs } = result.pause ?? {};
      const until = untilMs === undefined ? 'until `selfheal resume`' : `until ${moment(untilMs)}`;
      return `Healing is ${paint('yellow', 'paused')} ${until}. Operations in flight finish.`;
    }
    case 'overtaken':
      return `The ${command} had no effect: a later ${command === 'pause' ? 'resume' : 'pause'} of somebody else holds. Send it again if it is still meant.`;
    case 'refused': {
      const { reason, detail } = result.refusal;
      return `The ${command} was refused: ${paint('red', reason)}: ${detail}\n${REFUSAL_EXPLANATIONS[reason]}`;
    }
    case 'unanswered':
      return unansweredText(`The ${command}`, source, result.eventId);
    default:
      return assertNever(result);
  }
}

/** EventBridge accepts events that no rule matches. */
export function unansweredText(what: string, source: string, eventId: string): string {
  return [
    `${what} was accepted by EventBridge (event ${eventId}), but nothing has come of it in time.`,
    `Check that the deployment listens to the source ${source} (settings.sources), that this is its account and Region, and the dead-letter queue of signals.`,
  ].join('\n');
}
