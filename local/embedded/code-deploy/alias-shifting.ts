import type { VersionedFunctions } from '../lambda/versioned-functions.ts';
import type { Shifting } from './deployment-groups.ts';
import { appSpecOf, type Revision } from './deployment-record.ts';

/** How CodeDeploy shifts the requests of an alias: some of them at first, and all at the end of the deployment. */
const FIRST_SHARE = 0.1;

/** Deployments of CodeDeploy shift the requests of aliases, as their AppSpecs say. */
export function createAliasShifting({ operations }: Pick<VersionedFunctions, 'operations'>): Shifting {
  const point = (name: string, version: string, weights: Readonly<Record<string, number>>) =>
    void operations['UpdateAlias']?.({
      ...{ FunctionName: functionOf(name), Name: aliasOf(name), FunctionVersion: version },
      RoutingConfig: { AdditionalVersionWeights: weights },
    });
  return {
    refusal: (revision) => {
      const { alias, from, to } = shiftOf(revision);
      const answer = operations['GetAlias']?.({ FunctionName: functionOf(alias), Name: aliasOf(alias) });
      const { FunctionVersion, RoutingConfig } = answer as {
        readonly FunctionVersion: string;
        readonly RoutingConfig?: object;
      };
      // https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-deployments-lambda.html
      return FunctionVersion !== from || RoutingConfig !== undefined || from === to
        ? `The alias ${alias} does not send all requests to version ${from}.`
        : undefined;
    },
    shift: (revision, progress) => {
      const { alias, from, to } = shiftOf(revision);
      if (progress === 'begun') point(alias, from, { [to]: FIRST_SHARE });
      else point(alias, progress === 'done' ? to : from, {});
    },
  };
}

const functionOf = (alias: string) => alias.split(':')[0] ?? '';
const aliasOf = (alias: string) => alias.split(':')[1] ?? '';

/** The revision of a deployment that shifts an alias, as CloudFormation writes it. @param alias `function:alias` */
export function shiftRevision(alias: string, from: string, to: string): Revision {
  const Properties = {
    Name: functionOf(alias),
    Alias: aliasOf(alias),
    CurrentVersion: from,
    TargetVersion: to,
  };
  const Resources = [{ [functionOf(alias)]: { Type: 'AWS::Lambda::Function', Properties } }];
  const content = JSON.stringify({ version: '0.0', Resources });
  return { revisionType: 'AppSpecContent', appSpecContent: { content } };
}

function shiftOf(revision: Revision) {
  const { Resources } = JSON.parse(appSpecOf(revision) ?? '') as {
    readonly Resources: readonly Readonly<
      Record<string, { readonly Properties: Readonly<Record<string, string>> }>
    >[];
  };
  const [{ Properties = {} } = {}] = Object.values(Resources[0] ?? {});
  const { Name, Alias, CurrentVersion = '', TargetVersion = '' } = Properties;
  return { alias: `${Name}:${Alias}`, from: CurrentVersion, to: TargetVersion };
}
