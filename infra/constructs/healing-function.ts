import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  Grant,
  type IGrantable,
  type IPrincipal,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  type IDestination,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { HANDLERS, type HandlerName } from '../../functions/handlers/table/handler-table.ts';
import { chunksOf } from './chunks.ts';
import { CONFIGURATION_FILE, handlerCode } from './handler-code.ts';
import { dependOnlyOnPoliciesOf } from './policy-dependency.ts';

const NETWORK_INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** Small enough to fill policies of 6,144 characters well: the CDK merges what ends up in the same one. */
const STATEMENT_RESOURCES_CHARACTERS = 1_000;

export interface HealingFunctionProps {
  readonly handlerName: HandlerName;
  /** @default - `selfheal-` and the handler's name */
  readonly functionName?: string;
  /** What the function reads at its start, from a file next to its code. */
  readonly configuration: CompiledConfiguration;
  readonly environment: Readonly<Record<string, string>>;
  /** @default - no concurrency of its own: it shares the account's */
  readonly reservedConcurrentExecutions?: number;
}

/** A Lambda function of the engine: bundled with its SDK, traced, with a role and a log group of its own. */
export class HealingFunction extends Construct implements IGrantable {
  readonly function: LambdaFunction;
  readonly grantPrincipal: IPrincipal;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: HealingFunctionProps) {
    super(scope, id);
    const functionName = props.functionName ?? `selfheal-${props.handlerName}`;
    const { description, timeoutSeconds, memorySizeMiB } = HANDLERS[props.handlerName];
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Lambda's managed policies would let it write every log group.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${functionName} may do`,
    });
    logGroup.grantWrite(this.role);
    this.grantPrincipal = this.role;
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      description: `Selfheal: ${description}`,
      code: handlerCode(props.handlerName, props.configuration),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memorySizeMiB,
      timeout: Duration.seconds(timeoutSeconds),
      environment: { ...props.environment, CONFIGURATION_FILE: `./${CONFIGURATION_FILE}` },
      tracing: Tracing.ACTIVE,
      role: this.role,
      logGroup,
      ...(props.reservedConcurrentExecutions === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrentExecutions }),
    });
    dependOnlyOnPoliciesOf(this.role, this.function.node.defaultChild as CfnFunction);
    acknowledgeAnyResource(
      this.role,
      'X-Ray: xray:PutTraceSegments and xray:PutTelemetryRecords name no resource.',
    );
  }

  /**
   * Allows actions on resources, where no construct has a grant that is narrow enough. Many resources make several
   * statements: the CDK moves statements that a role's policy cannot hold into others, but divides none.
   */
  grant(
    actions: readonly string[],
    resources: readonly string[],
    conditions?: Record<string, unknown>,
  ): void {
    for (const some of chunksOf(resources, STATEMENT_RESOURCES_CHARACTERS))
      this.function.addToRolePolicy(
        new PolicyStatement({
          actions: [...actions],
          resources: some,
          ...(conditions ? { conditions } : {}),
        }),
      );
  }

  /**
   * Allows actions for which AWS has no resource.
   *
   * @param reason why nothing narrower is possible, with the actions' names
   */
  grantOnAnyResource(actions: readonly string[], reason: string): void {
    this.grant(actions, ['*']);
    acknowledgeAnyResource(this.role, reason);
  }

  /** Allows a service, and no other, to be handed roles. @param roleArns at least one */
  grantPassingRoles(roleArns: readonly string[], service: string): void {
    this.grant(['iam:PassRole'], roleArns, { StringEquals: { 'iam:PassedToService': service } });
  }

  /**
   * Answers cdk-nag why a grant has to have a wildcard in an ARN.
   *
   * @param resource the service, a colon, and what follows the account in the ARN: `ec2:volume/*`
   * @param account @default - the stack's; '' where ARNs have none
   */
  acknowledgeWildcard(resource: string, reason: string, account = '<AWS::AccountId>'): void {
    const [service = '', ...rest] = resource.split(':');
    const arn = `arn:<AWS::Partition>:${service}:<AWS::Region>:${account}:${rest.join(':')}`;
    Validations.of(this).acknowledge({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason });
  }

  /** Allows events on the default bus, under one source alone. @param source @default Selfheal's own */
  grantAnnouncing(source = 'selfheal'): void {
    const bus = Stack.of(this).formatArn({
      service: 'events',
      resource: 'event-bus',
      resourceName: 'default',
    });
    // One request may carry several events: the key has a value for each, and none at all must not match.
    this.grant(['events:PutEvents'], [bus], {
      'ForAllValues:StringEquals': { 'events:source': source },
      Null: { 'events:source': 'false' },
    });
  }

  /** Allows a workflow to call the function as its ASL does: by the unqualified ARN, without version or alias. */
  grantInvoke(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.function.functionArn],
    });
  }

  /**
   * Sets how often Lambda retries an event on which the function failed, how old it may get, and where it goes then.
   */
  retryEvents(retryAttempts: number, maxEventAge: Duration, onFailure?: IQueue): void {
    this.function.configureAsyncInvoke({
      retryAttempts,
      maxEventAge,
      ...(onFailure ? { onFailure: this.failureDestination(onFailure) } : {}),
    });
  }

  /** Puts the function into a VPC, by ids alone: a lookup would need an account. */
  joinVpc(subnetIds: readonly string[], securityGroupIds: readonly string[]): void {
    this.grantOnAnyResource(
      NETWORK_INTERFACE_ACTIONS,
      'In a VPC, Lambda creates network interfaces on behalf of the function; they have no ARN before they exist.',
    );
    (this.function.node.defaultChild as CfnFunction).vpcConfig = {
      subnetIds: [...subnetIds],
      securityGroupIds: [...securityGroupIds],
    };
  }

  /** `SqsDestination` would also let the function look at the queue. */
  private failureDestination(queue: IQueue): IDestination {
    queue.grant(this, 'sqs:SendMessage');
    return { bind: () => ({ destination: queue.queueArn }) };
  }
}

function acknowledgeAnyResource(role: Role, reason: string): void {
  Validations.of(role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
}
