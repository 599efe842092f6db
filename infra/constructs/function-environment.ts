import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { HandlerDefinition } from '../../functions/handlers/table/handler-definition.ts';
import { HANDLERS, type HandlerName } from '../../functions/handlers/table/handler-table.ts';
import { usedNeeds } from '../../functions/handlers/table/used-needs.ts';
import type { FunctionPermissionsProps } from './function-permissions.ts';
import { workflowArn } from './workflow.ts';

/** The variables that a handler reads, with their values in this stack. @param features of the configuration. Default: all */
export function environmentOf(
  scope: Construct,
  {
    table,
    topics,
    features,
  }: Pick<FunctionPermissionsProps, 'table' | 'topics'> & Partial<Pick<FunctionPermissionsProps, 'features'>>,
  name: HandlerName,
): Readonly<Record<string, string>> {
  const handler: HandlerDefinition = HANDLERS[name];
  const needs = features ? usedNeeds(handler, features) : handler.needs;
  const notified = needs.notifier ? (handler.topics ?? []) : [];
  return {
    HOME_ACCOUNT: Stack.of(scope).account,
    HOME_REGION: Stack.of(scope).region,
    ...((needs.store || needs.watchdog || needs.baselines || needs.incidents || needs.samples) && {
      TABLE_NAME: table.tableName,
    }),
    ...(needs.executions && { HEAL_STATE_MACHINE_ARN: workflowArn(scope, 'heal') }),
    ...(notified.includes('soc') && { SOC_TOPIC_ARN: topics.soc.topicArn }),
    ...(notified.includes('architect') && { ARCHITECT_TOPIC_ARN: topics.architect.topicArn }),
  };
}
