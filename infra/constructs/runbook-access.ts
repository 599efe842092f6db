import { type ArnComponents, ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { HealingFunction } from './healing-function.ts';

/**
 * Actions that AWS allows on `*` only: a command is no resource to IAM.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export type UnscopedAction =
  | 'ssm:CancelCommand'
  | 'ssm:DescribeInstanceInformation'
  | 'ssm:ListCommandInvocations'
  | 'ssm:ListCommands';

const NODES = [
  { service: 'ec2', resource: 'instance', resourceName: '*' },
  { service: 'ssm', resource: 'managed-instance', resourceName: '*' },
] as const satisfies ArnComponents[];

export interface RunbookAccessProps {
  /** The tag without which no node can be sent anything. */
  readonly managedTagKey: string;
  readonly managedTagValue: string;
}

/** Grants the use of SSM Run Command: our documents only, on nodes that carry the managed tag only. */
export class RunbookAccess extends Construct {
  private readonly onManagedNodes: Record<string, unknown>;

  constructor(scope: Construct, id: string, props: RunbookAccessProps) {
    super(scope, id);
    this.onManagedNodes = {
      StringEquals: { [`ssm:resourceTag/${props.managedTagKey}`]: props.managedTagValue },
    };
  }

  /**
   * Sending these documents. The two resources of a command need a statement each: only nodes have the tag.
   *
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html
   */
  grantSend(grantee: HealingFunction, documentNames: readonly string[]): void {
    const documents = documentNames.map((resourceName) =>
      this.arn({ service: 'ssm', resource: 'document', resourceName }),
    );
    grantee.grant(['ssm:SendCommand'], documents);
    grantee.grant(
      ['ssm:SendCommand'],
      NODES.map((node) => this.arn(node)),
      this.onManagedNodes,
    );
    for (const { service, resource } of NODES) {
      Validations.of(grantee).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${resource}/*]`,
        reason:
          'Nodes come and go; the condition on the managed tag says which of them may be sent a command.',
      });
    }
  }

  /** What reads or cancels commands, or lists nodes. */
  grantUnscoped(grantee: HealingFunction, ...actions: readonly UnscopedAction[]): void {
    grantee.grantOnAnyResource(actions, `Run Command: AWS allows ${actions.join(', ')} on * only.`);
  }

  private arn(components: ArnComponents): string {
    return Stack.of(this).formatArn({ arnFormat: ArnFormat.SLASH_RESOURCE_NAME, ...components });
  }
}
