import type { ChangeSource, ReversibleKind } from '../change/change-event.ts';

/** What brings releases or configurations to a component as a whole, with how an action asks it to go back. */
interface DeliveryFacts {
  /** Who reports its deployments as changes. */
  readonly source: ChangeSource;
  readonly kind: ReversibleKind;
  /** How long it usually takes to go back, at least. */
  readonly usualSeconds: number;
  /** The permissions that it takes, as IAM names them. */
  readonly calls: readonly string[];
}

/** By the component's field that names what is delivered. */
export const DELIVERIES = {
  codeDeploy: {
    source: 'codedeploy',
    kind: 'deployment',
    usualSeconds: 120,
    calls: [
      'codedeploy:BatchGetDeployments',
      'codedeploy:CreateDeployment',
      'codedeploy:GetApplicationRevision',
      'codedeploy:GetDeployment',
      'codedeploy:GetDeploymentConfig',
      'codedeploy:ListDeployments',
      'codedeploy:RegisterApplicationRevision',
      'codedeploy:StopDeployment',
      'codedeploy:UpdateDeploymentGroup',
    ],
  },
  appConfig: {
    source: 'appconfig',
    kind: 'configuration',
    usualSeconds: 60,
    calls: [
      'appconfig:GetDeployment',
      'appconfig:ListDeployments',
      'appconfig:StartDeployment',
      'appconfig:StopDeployment',
    ],
  },
} as const satisfies Readonly<Record<string, DeliveryFacts>>;

export type Delivery = keyof typeof DELIVERIES;
