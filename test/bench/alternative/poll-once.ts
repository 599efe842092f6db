import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { ActionType } from '../../../functions/core/actions/action-table.ts';
import { actionDefinition } from '../../../functions/core/actions/action-table.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { until } from '../../factories/deployed-engine/until.ts';
import { countsOf, type Figures, timesOf } from '../figures.ts';
import { functionReports } from '../function-reports.ts';
import type { MeasuredCloud } from '../measured-cloud.ts';
import { countTransitions, historyOf } from '../transitions.ts';
import type { PollingLoop } from './deploy-polling.ts';
import type { Runbook } from './send-command.ts';

/** Runs the polling loop once for a component: the actions of its strategy, then a look at its endpoint. */
export async function pollOnce(
  measured: MeasuredCloud,
  loop: PollingLoop,
  component: string,
): Promise<Figures> {
  const { cloud, sfn, busy, health } = measured;
  const before = { calls: loop.calls.length, busy: busy.length, looks: health.looks(component).length };
  const triggeredAtMs = Date.now();
  const input = JSON.stringify({
    index: 0,
    commands: runbooksOf(measured, component, `polling-${triggeredAtMs}`),
    url: health.urlOf(component),
  });
  const { executionArn = '' } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: loop.stateMachineArn, input }),
  );
  const ended = await until('the end of the polling loop', 300, async () => {
    const answer = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return answer.status === 'RUNNING' ? undefined : answer;
  });
  if (ended.status !== 'SUCCEEDED')
    throw new Error(`the polling loop ended as ${ended.status}: ${ended.error} ${ended.cause}`);

  const own = loop.calls.slice(before.calls);
  const { total } = countTransitions(await historyOf(sfn, executionArn));
  const reports = await functionReports(cloud.aws, loop.functionNames, triggeredAtMs);
  return {
    counts: countsOf({ standardTransitions: total, expressTransitions: 0 }, own, reports),
    times: timesOf({
      triggeredAtMs,
      startedAtMs: Number(ended.startDate),
      endedAtMs: Number(ended.stopDate),
      actions: busy.slice(before.busy),
      looksMs: health
        .looks(component)
        .slice(before.looks)
        .map(({ atMs }) => atMs),
      noticed: own.filter(({ operation }) => operation === 'GetCommandInvocation'),
    }),
  };
}

function runbooksOf(
  { landscape }: MeasuredCloud,
  component: string,
  operationId: string,
): readonly Runbook[] {
  const loaded = loadConfiguration(landscape.configuration, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { components, strategies } = loaded.compiled;
  const facts = components[component];
  const actions = strategies.find(({ id }) => id === component)?.actions ?? [];
  const [instanceId = ''] = landscape.instancesOf(component);
  return actions.map((action, index) => {
    const definition = actionDefinition(action.type as ActionType);
    if (definition.executor !== 'run_command' || !facts)
      throw new Error(`${action.type} is no runbook of ${component}`);
    return {
      document: definition.document,
      instanceId,
      parameters: {
        ...definition.parameters(facts, action.params),
        operationId,
        stepId: `manual-${index}`,
        fence: '1',
        component,
        executionTimeout: String(action.timeoutSeconds),
      },
    };
  });
}
