import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import { ENGINE_HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import { Closers } from '../../local/cloud/closers.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud/local-cloud.ts';
import { type HealthEndpoints, startHealthEndpoints } from '../factories/deployed-engine/endpoints.ts';
import { output, setVariables } from '../factories/deployed-engine/functions.ts';
import { type ScriptedHosts, scriptedHosts } from '../factories/deployed-engine/hosts.ts';
import { type Landscape, type LandscapePlan, landscapeOf } from '../factories/deployed-engine/landscape.ts';
import { type RecordedCall, startRecordingProxy } from './recording-proxy.ts';
import { type Busy, timedHosts } from './timed-hosts.ts';

export const FUNCTION_NAMES = ENGINE_HANDLERS.map((name) => `selfheal-${name}`);

/** Selfheal on MiniStack, with a recording proxy between its functions and every service that they call. */
export interface MeasuredCloud {
  readonly cloud: LocalCloud;
  readonly landscape: Landscape;
  readonly hosts: ScriptedHosts;
  readonly health: HealthEndpoints;
  readonly store: OperationStore;
  readonly sfn: SFNClient;
  /** Calls of the functions so far, oldest first. */
  readonly calls: readonly RecordedCall[];
  /** When runbooks ran. */
  readonly busy: readonly Busy[];
  /** Ends the functions' processes: the next invocation of each is a cold start. */
  readonly chill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function startMeasuredCloud(
  plan: LandscapePlan,
  progress: (line: string) => void,
): Promise<MeasuredCloud> {
  const closers = new Closers();
  try {
    const health = await startHealthEndpoints();
    closers.add(health.close);
    const landscape = landscapeOf(plan, health.urlOf);
    const hosts = scriptedHosts(
      () => [...landscape.nodes],
      ({ action, component }) => {
        if (action === 'start_component') health.recover(component);
      },
    );
    const timed = timedHosts(hosts);
    const { configuration } = landscape;
    const cloud = await startLocalCloud({
      configuration,
      hosts: timed.runner,
      evaluateAlarms: false,
      progress,
    });
    closers.add(cloud.stop);
    await stopClock(cloud);
    const calls: RecordedCall[] = [];
    const endpoints: Record<string, string> = {};
    for (const [service, upstream] of upstreams(cloud)) {
      const proxy = await startRecordingProxy({ service, upstream, record: (call) => calls.push(call) });
      closers.add(proxy.close);
      endpoints[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] = proxy.url;
    }
    let round = 0;
    const chill = async () => {
      round += 1;
      const variables = { ...endpoints, BENCH_ROUND: String(round) };
      for (const name of FUNCTION_NAMES) await setVariables(cloud.aws, name, variables);
    };
    await chill();
    return {
      cloud,
      landscape,
      hosts,
      health,
      store: createOperationStore({
        client: new DynamoDBClient(cloud.aws),
        tableName: output(cloud, 'TableName'),
        historyRetentionDays: 30,
      }),
      sfn: new SFNClient(cloud.aws),
      calls,
      busy: timed.busy,
      chill,
      stop: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** By the name that the SDK's environment variables have for a service. */
function upstreams({ aws, ssm, cloudwatch }: LocalCloud): readonly (readonly [string, string])[] {
  return [
    ['DynamoDB', aws.endpoint],
    ['SFN', aws.endpoint],
    ['EventBridge', aws.endpoint],
    ['SNS', aws.endpoint],
    ['SSM', ssm.endpoint],
    ['CloudWatch', cloudwatch.endpoint],
  ];
}

/** The reconciler is invoked by hand, so that no minute's run falls into a heal that is counted. */
async function stopClock(cloud: LocalCloud): Promise<void> {
  const client = new EventBridgeClient(cloud.aws);
  const { Rules = [] } = await client.send(new ListRulesCommand({}));
  for (const { Name, ScheduleExpression } of Rules) {
    if (ScheduleExpression) await client.send(new DisableRuleCommand({ Name }));
  }
}
