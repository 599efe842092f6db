import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AwsAction } from '../../functions/handlers/table/aws-actions.ts';
import type { HealingFunction } from './healing-function.ts';

export interface AutomationAccessProps {
  /** The Automation documents that strategies run. */
  readonly automations: readonly { readonly document: string; readonly version: string }[];
  /** The roles under which they work, by their ARNs. */
  readonly automationRoles: readonly string[];
}

/** Grants the use of SSM Automation: only the documents that strategies run. */
export class AutomationAccess extends Construct {
  private readonly props: AutomationAccessProps;

  constructor(scope: Construct, id: string, props: AutomationAccessProps) {
    super(scope, id);
    this.props = props;
  }

  grantOnDocuments(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    const { automations, automationRoles } = this.props;
    if (automations.length === 0) return;
    grantee.grant(
      actions,
      automations.flatMap(({ document, version }) => this.documentArns(document, version)),
    );
    if (actions.includes('ssm:StartAutomationExecution'))
      this.grantOnExecutions(grantee, ['ssm:StartAutomationExecution']);
    if (automationRoles.length > 0) grantee.grantPassingRoles(automationRoles, 'ssm.amazonaws.com');
  }

  grantOnExecutions(grantee: HealingFunction, actions: readonly AwsAction[]): void {
    if (this.props.automations.length === 0) return;
    const resource = 'automation-execution';
    grantee.grant(actions, [Stack.of(this).formatArn({ service: 'ssm', resource, resourceName: '*' })]);
    grantee.acknowledgeWildcard(
      `ssm:${resource}/*`,
      'Automation draws the id of an execution when it starts.',
    );
  }

  /**
   * What starting an automation is checked against: AWS's examples name the document and the execution, older ones the
   * definition with its version. AWS's own documents are in nobody's account.
   *
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-identity-based-policies.html
   */
  private documentArns(document: string, version: string): readonly string[] {
    const owner = /^aws/i.test(document) ? { account: '' } : {};
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ssm', resource, resourceName, ...owner });
    return [arn('automation-definition', `${document}:${version}`), arn('document', document)];
  }
}
