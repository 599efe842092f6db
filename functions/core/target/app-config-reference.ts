/** A deployment of AppConfig that was begun, or that is withdrawn. */
export interface AppConfigReference {
  readonly application: string;
  readonly environment: string;
  readonly number: number;
  readonly isWithdrawing: boolean;
}

/** References to deployments of ECS have other parts. */
const REFERENCE = /^appconfig\/([a-z0-9]{4,7})\/([a-z0-9]{4,7})\/(\d+)(\/withdrawn)?$/;

export function appConfigReferenceId({
  application,
  environment,
  number,
  isWithdrawing,
}: AppConfigReference): string {
  return `appconfig/${application}/${environment}/${number}${isWithdrawing ? '/withdrawn' : ''}`;
}

/** @returns `undefined` for a reference to something else */
export function parseAppConfigReference(reference: string): AppConfigReference | undefined {
  const [, application = '', environment = '', number, withdrawn] = REFERENCE.exec(reference) ?? [];
  if (number === undefined) return undefined;
  return { application, environment, number: Number(number), isWithdrawing: withdrawn !== undefined };
}

/** For people: `deployment 7 to abc1234/def5678 of AppConfig`. */
export function describeAppConfigReference({
  application,
  environment,
  number,
  isWithdrawing,
}: AppConfigReference): string {
  const what = `deployment ${number} to ${application}/${environment} of AppConfig`;
  return isWithdrawing ? `rollback of ${what}` : what;
}
