import { Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { HANDLER_NAMES, type HandlerName } from './handlers.ts';
import type { HealingFunction } from './healing-function.ts';
import type { NotificationTopics } from './notification-topics.ts';
import { RunbookAccess, type UnscopedAction } from './runbook-access.ts';
import { executionsArn, workflowArn } from './workflow.ts';

/** What of the table each handler uses. A transaction takes the permissions of the items that it writes. */
const TABLE_ACTIONS = {
  triage: ['BatchGetItem', 'PutItem', 'UpdateItem'],
  diagnose: ['GetItem', 'UpdateItem'],
  act: ['GetItem', 'PutItem', 'Query', 'UpdateItem'],
  'command-status': ['GetItem', 'PutItem'],
  verify: ['GetItem', 'PutItem', 'UpdateItem'],
  'prepare-rollback': ['GetItem', 'PutItem', 'Query', 'UpdateItem'],
  escalate: ['GetItem', 'PutItem', 'Query'],
  conclude: ['GetItem', 'UpdateItem'],
  'execution-ended': ['GetItem', 'PutItem', 'Query', 'UpdateItem'],
  reconcile: ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
} as const satisfies Record<HandlerName, readonly string[]>;

const ANNOUNCING: readonly HandlerName[] = [
  'diagnose',
  'verify',
  'prepare-rollback',
  'conclude',
  'execution-ended',
  'reconcile',
];
const TELLING_THE_ARCHITECT: readonly HandlerName[] = ['triage', 'escalate', 'execution-ended', 'reconcile'];
const COMPLETING_TASKS: readonly HandlerName[] = ['act', 'command-status', 'verify', 'reconcile'];
const STARTING_HEALS: readonly HandlerName[] = ['execution-ended', 'reconcile'];
const READING_ALARMS: readonly HandlerName[] = ['verify', 'reconcile'];

const RUN_COMMAND_QUERIES: Partial<Record<HandlerName, readonly UnscopedAction[]>> = {
  act: ['ssm:DescribeInstanceInformation'],
  'command-status': ['ssm:ListCommandInvocations', 'ssm:ListCommands'],
  verify: ['ssm:DescribeInstanceInformation'],
  conclude: ['ssm:DescribeInstanceInformation'],
  'prepare-rollback': ['ssm:CancelCommand', 'ssm:ListCommands'],
  reconcile: ['ssm:CancelCommand', 'ssm:ListCommandInvocations', 'ssm:ListCommands'],
};

export interface FunctionPermissionsProps {
  readonly functions: Readonly<Record<HandlerName, HealingFunction>>;
  readonly table: Table;
  readonly topics: NotificationTopics;
  readonly documentNames: readonly string[];
  readonly managedTagKey: string;
  readonly managedTagValue: string;
}

/** Gives each function what its use case does, and nothing else. */
export class FunctionPermissions extends Construct {
  constructor(scope: Construct, id: string, props: FunctionPermissionsProps) {
    super(scope, id);
    const { functions, topics } = props;
    const each = (names: readonly HandlerName[], give: (grantee: HealingFunction) => void) => {
      for (const name of names) give(functions[name]);
    };

    for (const name of HANDLER_NAMES) {
      props.table.grant(functions[name], ...TABLE_ACTIONS[name].map((action) => `dynamodb:${action}`));
    }
    each(ANNOUNCING, (grantee) => grantee.grantAnnouncing());
    each(TELLING_THE_ARCHITECT, (grantee) => topics.grantPublish(grantee, topics.architect));
    topics.grantPublish(functions.act, topics.soc, topics.architect);

    // Written out where a grant would also give SendTaskHeartbeat or every state machine.
    const heal = workflowArn(this, 'heal');
    each(COMPLETING_TASKS, (grantee) =>
      grantee.grant(['states:SendTaskSuccess', 'states:SendTaskFailure'], [heal]),
    );
    each(STARTING_HEALS, (grantee) => grantee.grant(['states:StartExecution'], [heal]));
    this.grantReadingExecutions(functions.reconcile);
    each(READING_ALARMS, (grantee) =>
      grantee.grantOnAnyResource(
        ['cloudwatch:DescribeAlarms'],
        'cloudwatch:DescribeAlarms shows composite alarms only to those who may see every alarm.',
      ),
    );
    functions.reconcile.grantOnAnyResource(
      ['cloudwatch:ListAlarmMuteRules'],
      'cloudwatch:ListAlarmMuteRules names no resource.',
    );
    this.grantRunCommand(props);
  }

  private grantReadingExecutions(grantee: HealingFunction): void {
    grantee.grant(['states:DescribeExecution'], [executionsArn(this, 'heal')]);
    Validations.of(grantee).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:selfheal-heal:*]',
      reason: 'Every operation has an execution of its own; only those of the heal workflow can be read.',
    });
  }

  private grantRunCommand(props: FunctionPermissionsProps): void {
    const { functions, documentNames, managedTagKey, managedTagValue } = props;
    const access = new RunbookAccess(this, 'RunCommand', { managedTagKey, managedTagValue });
    access.grantSend(functions.act, documentNames);
    access.grantSend(functions.verify, ['selfheal-verify-health']);
    access.grantSend(functions.conclude, ['selfheal-freeze-config']);
    for (const name of HANDLER_NAMES) {
      const queries = RUN_COMMAND_QUERIES[name];
      if (queries) access.grantUnscoped(functions[name], ...queries);
    }
  }
}
