import {
  CreateAliasCommand,
  GetAliasCommand,
  InvokeCommand,
  LambdaClient,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { ALIAS, type LandscapePlan } from '../../factories/deployed-engine/landscape.ts';
import type { AwsConfig } from '../../factories/deployed-engine/queues.ts';
import { createVersions } from '../../factories/deployed-engine/versioned-function.ts';
import type { PlaceAliases } from './place.ts';

/** The functions that are components of a landscape, where Lambda runs their code. */
export interface DeployedFunctions {
  readonly aliases: PlaceAliases;
  /** Whether the version behind a component's alias answers; `undefined` for a component that is no function. */
  readonly serves: (component: string) => Promise<boolean> | undefined;
}

export async function deployFunctions(aws: AwsConfig, plan: LandscapePlan): Promise<DeployedFunctions> {
  const client = new LambdaClient(aws);
  for (const [FunctionName, { versions = [], ahead = 0 }] of Object.entries(plan.components)) {
    if (versions.length === 0) continue;
    await createVersions(aws, FunctionName, versions);
    const FunctionVersion = String(versions.length - ahead);
    await client.send(new CreateAliasCommand({ FunctionName, Name: ALIAS, FunctionVersion }));
  }
  const invoke = async (FunctionName: string): Promise<boolean> => {
    const { FunctionError } = await client.send(new InvokeCommand({ FunctionName, Qualifier: ALIAS }));
    return FunctionError === undefined;
  };
  return {
    aliases: {
      version: async (FunctionName) => {
        const { FunctionVersion } = await client.send(new GetAliasCommand({ FunctionName, Name: ALIAS }));
        return FunctionVersion ?? '';
      },
      point: async (FunctionName, FunctionVersion) => {
        await client.send(new UpdateAliasCommand({ FunctionName, Name: ALIAS, FunctionVersion }));
      },
    },
    serves: (component) => (plan.components[component]?.versions ? invoke(component) : undefined),
  };
}
