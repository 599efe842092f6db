import type { LambdaClient } from '@aws-sdk/client-lambda';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { createLambdaAliases } from '../../../functions/adapters/lambda/lambda-aliases.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import type { VersionedFunctions } from '../../../local/embedded/lambda/versioned-functions.ts';
import { ALIAS, type LandscapePlan } from '../../factories/deployed-engine/landscape.ts';
import type { PlaceAliases } from './place.ts';

/** The functions that are components of a landscape, in the embedded cloud. */
export interface EmbeddedFunctions {
  readonly aliases: PlaceAliases;
  /** Whether the version behind a component's alias answers; `undefined` for a component that is no function. */
  readonly serves: (component: string) => boolean | undefined;
  readonly deploy: (functions: VersionedFunctions) => void;
}

export function embeddedFunctions(plan: LandscapePlan): EmbeddedFunctions {
  let deployed: VersionedFunctions | undefined;
  const functions = (): VersionedFunctions => {
    if (!deployed) throw new Error('the functions are not deployed yet');
    return deployed;
  };
  return {
    aliases: {
      version: async (functionName) => {
        const aliases = createLambdaAliases(createInProcessClient('Lambda', functions().operations));
        return (await aliases.read({ functionName, alias: ALIAS })).pointer.version;
      },
      point: async (FunctionName, FunctionVersion) => {
        const command = new UpdateAliasCommand({ FunctionName, Name: ALIAS, FunctionVersion });
        await createInProcessClient<LambdaClient>('Lambda', functions().operations).send(command);
      },
    },
    serves: (component) => {
      if (!plan.components[component]?.versions) return undefined;
      try {
        return functions().invoke(component, ALIAS, {}) !== undefined;
      } catch (error) {
        if (error instanceof RangeError) return false;
        throw error;
      }
    },
    deploy: (cloud) => {
      deployed = cloud;
      for (const [name, { versions = [], ahead = 0 }] of Object.entries(plan.components)) {
        for (const does of versions) cloud.publish(name, does === 'answers' ? () => does : throwing);
        if (versions.length > 0) cloud.createAlias(name, ALIAS, String(versions.length - ahead));
      }
    },
  };
}

function throwing(): never {
  throw new RangeError('a bad version');
}
