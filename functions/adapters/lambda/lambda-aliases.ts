import {
  DeleteFunctionConcurrencyCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetAliasCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
  type LambdaClient,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { NotFound } from '../../ports/errors.ts';
import type { LambdaAliases } from '../../ports/lambda-aliases.ts';
import { translated } from '../aws/translate-error.ts';
import { guarded } from './guarded.ts';

const NONE_PROVISIONED = 'ProvisionedConcurrencyConfigNotFoundException';

/** LambdaAliases over the API of Lambda. */
export function createLambdaAliases(client: Pick<LambdaClient, 'send'>): LambdaAliases {
  return {
    read: async ({ functionName, alias }) => {
      const command = new GetAliasCommand({ FunctionName: functionName, Name: alias });
      const answer = await translated('lambda:GetAlias', () => client.send(command));
      const { FunctionVersion = '', RoutingConfig, RevisionId = '' } = answer;
      const weights = RoutingConfig?.AdditionalVersionWeights ?? {};
      return { pointer: { version: FunctionVersion, weights }, revision: RevisionId };
    },

    point: async ({ functionName, alias }, { version, weights }, revision) => {
      const command = new UpdateAliasCommand({
        FunctionName: functionName,
        Name: alias,
        FunctionVersion: version,
        // Empty weights end a gradual rollout; without them it would go on.
        RoutingConfig: { AdditionalVersionWeights: { ...weights } },
        RevisionId: revision,
      });
      await guarded('lambda:UpdateAlias', () => client.send(command));
    },

    state: async ({ functionName, alias }) => {
      const command = new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: alias });
      const answer = await translated('lambda:GetFunctionConfiguration', () => client.send(command));
      // AWS reports no state for functions that it has not updated since 2021; they are active.
      const { State = 'Active', StateReason: reason = '' } = answer;
      return { state: State, ...(reason !== '' && { reason }) };
    },

    reserved: async (functionName) => {
      const command = new GetFunctionConcurrencyCommand({ FunctionName: functionName });
      const answer = await translated('lambda:GetFunctionConcurrency', () => client.send(command));
      return answer.ReservedConcurrentExecutions ?? null;
    },

    reserve: async (functionName, count) => {
      if (count === null) {
        const command = new DeleteFunctionConcurrencyCommand({ FunctionName: functionName });
        await guarded('lambda:DeleteFunctionConcurrency', () => client.send(command));
        return;
      }
      const command = new PutFunctionConcurrencyCommand({
        FunctionName: functionName,
        ReservedConcurrentExecutions: count,
      });
      await guarded('lambda:PutFunctionConcurrency', () => client.send(command));
    },

    provisioned: async ({ functionName, alias }) => {
      const call = 'lambda:GetProvisionedConcurrencyConfig';
      const command = new GetProvisionedConcurrencyConfigCommand({
        FunctionName: functionName,
        Qualifier: alias,
      });
      try {
        const answer = await translated(call, () => client.send(command));
        const { RequestedProvisionedConcurrentExecutions = null, Status = '', StatusReason = '' } = answer;
        return {
          requested: RequestedProvisionedConcurrentExecutions,
          ...(Status && { status: Status }),
          ...(StatusReason && { reason: StatusReason }),
        };
      } catch (error) {
        if (error instanceof NotFound && error.serviceCode === NONE_PROVISIONED) return { requested: null };
        throw error;
      }
    },

    provision: async ({ functionName, alias }, count) => {
      const of = { FunctionName: functionName, Qualifier: alias };
      if (count === null) {
        const command = new DeleteProvisionedConcurrencyConfigCommand(of);
        await guarded('lambda:DeleteProvisionedConcurrencyConfig', () => client.send(command));
        return;
      }
      const command = new PutProvisionedConcurrencyConfigCommand({
        ...of,
        ProvisionedConcurrentExecutions: count,
      });
      await guarded('lambda:PutProvisionedConcurrencyConfig', () => client.send(command));
    },
  };
}
