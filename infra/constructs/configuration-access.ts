import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { HostResource } from '../../functions/core/configuration/target-calls.ts';
import { configPlace } from '../../functions/core/target/config-deployment.ts';
import type { HealingFunction } from './healing-function.ts';

type Calls = ReadonlyMap<string, readonly HostResource[]>;
type Place = ReturnType<typeof configPlace>;

/** The application, and the environment of it. */
function environmentOf({ application, environment }: Place): readonly [string, string] {
  const name = `application/${application}`;
  return [name, `${name}/environment/${environment}`];
}

/** Grants calls to AppConfig on the configurations that components name. */
export class ConfigurationAccess extends Construct {
  private readonly calls: Calls;

  /** @param calls the calls that strategies make, with the configurations of the components */
  constructor(scope: Construct, id: string, calls: Calls) {
    super(scope, id);
    this.calls = calls;
  }

  /** On the environments, whose deployments are listed. */
  grantOnEnvironments(grantee: HealingFunction, actions: readonly string[]): void {
    this.grantOn(grantee, actions, environmentOf);
  }

  /** On the environments, and on deployments to them: these have numbers that nobody knows yet. */
  grantOnDeployments(grantee: HealingFunction, actions: readonly string[]): void {
    this.grantOn(grantee, actions, (place) => {
      const [application, environment] = environmentOf(place);
      const deployments = `${environment}/deployment/*`;
      grantee.acknowledgeWildcard(`appconfig:${deployments}`, 'AWS numbers deployments when they begin.');
      return [application, environment, deployments];
    });
  }

  /** On what a deployment is made of. The configuration of Selfheal does not name the deployment strategy. */
  grantStarting(grantee: HealingFunction, actions: readonly string[]): void {
    this.grantOn(grantee, actions, (place) => {
      const [application, environment] = environmentOf(place);
      const strategies = 'deploymentstrategy/*';
      grantee.acknowledgeWildcard(
        `appconfig:${strategies}`,
        'Which one a deployment had is known to AppConfig alone.',
      );
      return [application, environment, `${application}/configurationprofile/${place.profile}`, strategies];
    });
  }

  private grantOn(
    grantee: HealingFunction,
    actions: readonly string[],
    resourcesOf: (place: Place) => readonly string[],
  ): void {
    const used = actions.filter((action) => this.calls.has(action));
    const ids = new Set(used.flatMap((action) => this.calls.get(action) ?? []).map(({ id }) => id));
    const resources = new Set([...ids].flatMap((id) => resourcesOf(configPlace(id))));
    if (used.length > 0)
      grantee.grant(
        used,
        [...resources].sort().map((resource) => this.arnOf(resource)),
      );
  }

  private arnOf(resource: string): string {
    const [type = '', ...name] = resource.split('/');
    return Stack.of(this).formatArn({ service: 'appconfig', resource: type, resourceName: name.join('/') });
  }
}
