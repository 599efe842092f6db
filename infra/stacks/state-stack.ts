import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { DeploymentOptions } from './deployment-options.ts';

export interface StateStackProps extends StackProps {
  /** What happens to the records when the stack is deleted. */
  readonly removalPolicy: DeploymentOptions['removalPolicy'];
}

/** The data that must survive a new deployment: claims, budgets, operations and refusals. */
export class StateStack extends Stack {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: StateStackProps) {
    const isKept = props.removalPolicy === 'retain';
    super(scope, id, {
      description: 'Selfheal: the records of operations, claims and refusals',
      terminationProtection: isKept,
      ...props,
    });

    this.table = new Table(this, 'Records', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      deletionProtection: isKept,
      removalPolicy: isKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });

    new CfnOutput(this, 'TableName', {
      value: this.table.tableName,
      description: 'Table of operations, claims and refusals',
    });
  }
}
