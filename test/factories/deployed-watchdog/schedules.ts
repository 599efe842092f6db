import {
  DisableRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
} from '@aws-sdk/client-eventbridge';
import { LOCAL_ACCOUNT, type LocalEndpoint } from '../../../local/cloud/endpoint.ts';

/**
 * Switches off whatever calls the function of a vantage point.
 *
 * @throws Error if nothing does
 */
export async function disableSchedule(aws: LocalEndpoint, vantagePoint: string): Promise<void> {
  const client = new EventBridgeClient(aws);
  const TargetArn = `arn:aws:lambda:${aws.region}:${LOCAL_ACCOUNT}:function:selfheal-watch-${vantagePoint}`;
  const { RuleNames = [] } = await client.send(new ListRuleNamesByTargetCommand({ TargetArn }));
  if (RuleNames.length === 0) throw new Error(`no rule calls ${TargetArn}`);
  for (const Name of RuleNames) await client.send(new DisableRuleCommand({ Name }));
}
