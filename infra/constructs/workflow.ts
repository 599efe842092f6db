import { readFileSync } from 'node:fs';
import { ArnFormat, Aws, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  type CfnStateMachine,
  DefinitionBody,
  LogLevel,
  StateMachine,
  type StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { dependOnlyOnPoliciesOf } from './policy-dependency.ts';

export interface WorkflowProps {
  /** File in infra/workflow, without its suffix. The state machine's name is `selfheal-` followed by this. */
  readonly workflowName: string;
  readonly type: StateMachineType;
  /** The values of the `${…}` in the file. */
  readonly substitutions: Readonly<Record<string, string>>;
}

/** A state machine from a plain ASL file. Only errors are logged, and never an execution's input or output. */
export class Workflow extends StateMachine {
  constructor(scope: Construct, id: string, props: WorkflowProps) {
    const path = `${import.meta.dirname}/../workflow/${props.workflowName}.asl.json`;
    super(scope, id, {
      stateMachineName: `selfheal-${props.workflowName}`,
      stateMachineType: props.type,
      definitionBody: DefinitionBody.fromString(deployable(readFileSync(path, 'utf8'))),
      definitionSubstitutions: { ...props.substitutions },
      tracingEnabled: true,
      logs: {
        // Under this prefix, the logs don't use up the size of CloudWatch Logs' one resource policy:
        // https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
        destination: new LogGroup(scope, `${id}Logs`, {
          logGroupName: `/aws/vendedlogs/states/selfheal-${props.workflowName}`,
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    dependOnlyOnPoliciesOf(this.role as Role, this.node.defaultChild as CfnStateMachine);
    Validations.of(this).acknowledge(
      {
        id: 'AwsSolutions-SF1',
        reason:
          'Errors are logged. Everything else about a heal is in its execution history and in the table, and a storm of signals must not fill the logs.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'Log delivery and X-Ray have no resources: AWS allows their actions on * only.',
      },
    );
  }
}

/** The ARN that a workflow will have, for functions that it calls: a reference would be circular. */
export function workflowArn(scope: Construct, workflowName: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: `selfheal-${workflowName}`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** All executions of a workflow. */
export function executionsArn(scope: Construct, workflowName: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `selfheal-${workflowName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** Without line breaks and indentation, and for any partition. */
function deployable(asl: string): string {
  return JSON.stringify(JSON.parse(asl)).replaceAll(
    '"arn:aws:states:::',
    // Not a substitution: cfn-lint checks the definition before substitutions are made.
    `"arn:${Aws.PARTITION}:states:::`,
  );
}
