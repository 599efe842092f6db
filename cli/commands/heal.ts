import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { type RequestHealResult, requestHeal } from '../../functions/app/operate/request-heal.ts';
import { operationStory } from '../../functions/app/queries/operation-story.ts';
import { assertNever } from '../../functions/core/assert-never.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { nearestName } from '../../functions/core/configuration/nearest-name.ts';
import { SEVERITIES, type Severity } from '../../functions/core/signal/severity.ts';
import { checkComponent, readConfigurationFile } from '../configuration-file.ts';
import { type Connection, connect } from '../connection.ts';
import type { Context, End } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { eventSource } from '../event-source.ts';
import { followOperation } from '../follow-operation.ts';
import { unansweredText } from '../presenters/control.ts';
import { REFUSAL_EXPLANATIONS } from '../presenters/refusal-reasons.ts';
import { until } from '../presenters/words.ts';
import { reasonOf, type SendingOptions, withSending } from '../sending.ts';

interface HealOptions extends SendingOptions {
  readonly metric: string;
  readonly severity: Severity;
  readonly strategy?: string;
  readonly target?: readonly string[];
  readonly watch?: true;
}

export function addHeal(program: Command, context: Context, end: End): void {
  withSending(program.command('heal'), context)
    .alias('repair')
    .summary('request a repair of a component')
    .description(
      'Sends a signal that the component is unhealthy, and prints the operation, proposal, observation or refusal that it led to: every limit and mode holds. Exits with 1 if it is refused, or with --watch if the operation fails.',
    )
    .argument('<component>', 'its name')
    .option('--metric <metric>', 'the metric, as strategies name it', 'manual')
    .addOption(
      new Option('--severity <severity>', 'the severity of the signal')
        .choices(SEVERITIES)
        .default('CRITICAL'),
    )
    .option('--strategy <id>', 'the strategy to use; default: the first whose trigger matches')
    .option('--target <ids...>', 'only these hosts of the component')
    .option('-w, --watch', 'follow the operation until it ends')
    .action(async (component: string, options: HealOptions) => {
      const configuration = readConfigurationFile(options.config);
      checkComponent(component, configuration, options.config);
      checkStrategy(options.strategy, configuration, options.config);
      const source = eventSource('Selfheal Signal', configuration, options.source);
      const connection = await connect(options);
      const { metric, severity, strategy, target, timeout } = options;
      const detail = {
        ...({ component, metric, severity, origin: 'manual' } as const),
        signalId: `selfheal-command/${randomUUID()}`,
        reason: reasonOf(options),
        ...(strategy !== undefined && { strategy }),
        ...(target !== undefined && { targets: target }),
      };
      const deps = { ...connection, clock: context.clock };
      const result = await requestHeal(deps, { source, detail, timeoutMs: timeout * 1_000 });
      await report({ connection, context, end, options, component, source }, result);
    });
}

interface Report {
  readonly connection: Connection;
  readonly context: Context;
  readonly end: End;
  readonly options: HealOptions;
  readonly component: string;
  readonly source: string;
}

async function report(
  { connection, context, end, options, component, source }: Report,
  result: RequestHealResult,
): Promise<void> {
  const isJson = options.json === true;
  if (result.outcome === 'refused') end('problem');
  if (result.outcome === 'unanswered') end('unconfirmed');
  if (isJson && !(options.watch && result.outcome === 'admitted')) {
    context.out(JSON.stringify(result, null, 2));
    return;
  }
  switch (result.outcome) {
    case 'refused': {
      const { reason, detail, eligibleAtMs } = result.refusal;
      context.out(`${component} is not healed: ${context.paint('yellow', reason)}: ${detail}`);
      context.out(REFUSAL_EXPLANATIONS[reason]);
      if (eligibleAtMs !== undefined)
        context.out(`It may be tried again ${until(eligibleAtMs, context.clock.nowMs())}.`);
      return;
    }
    case 'observed': {
      const { operationId, strategyId } = result.observation.operation;
      context.out(`${component} would be healed by ${strategyId}: observation ${operationId}.`);
      context.out('Its mode is observe: nothing is touched.');
      return;
    }
    case 'proposed': {
      const { operationId, strategyId } = result.proposal.operation;
      context.out(`${strategyId} is proposed for ${component}, and waits for an approval.`);
      context.out(`To carry it out, run \`selfheal approve ${operationId}\`.`);
      return;
    }
    case 'unanswered':
      context.out(unansweredText('The signal', source, result.eventId));
      return;
    case 'admitted': {
      const { operationId, strategyId } = result.operation;
      if (!options.watch) {
        context.out(`${component} is being healed by operation ${operationId} (${strategyId}).`);
        context.out(`Follow it with \`selfheal show ${operationId} --watch\`.`);
        return;
      }
      const story = await operationStory(connection, operationId);
      if (!story) return;
      const last = await followOperation({ store: connection.store, context, json: isJson }, story);
      if (last.operation.state === 'FAILED') end('problem');
      return;
    }
    default:
      assertNever(result);
  }
}

function checkStrategy(given: string | undefined, { strategies }: CompiledConfiguration, path: string): void {
  const ids = strategies.map(({ id }) => id);
  if (given === undefined || ids.includes(given)) return;
  const nearest = nearestName(given, ids);
  const remedy = nearest === undefined ? `it has ${ids.join(', ')}` : `did you mean ${nearest}?`;
  throw new CommandFailed('usage', `${given} is not a strategy in ${path}: ${remedy}`);
}
