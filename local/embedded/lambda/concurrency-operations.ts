import type { Operations } from '../in-process-client.ts';
import { look, provision } from './alias-transition.ts';
import { type Alias, checkIdle, type DeployedFunction } from './deployed-function.ts';
import { LambdaServiceError } from './errors.ts';
import { concurrencyInput, functionInput, provisionInput, qualifiedInput } from './function-inputs.ts';

/** What an account has until it asks for more, and what Lambda never lets be reserved. */
const ACCOUNT_CONCURRENCY = 1_000;
const UNRESERVED_AT_LEAST = 100;

export interface ConcurrencyDeps {
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  /** @throws LambdaServiceError `ResourceNotFoundException` */
  readonly functionOf: (name: string) => DeployedFunction;
  /** @throws LambdaServiceError `ResourceNotFoundException` */
  readonly aliasOf: (name: string, alias: string) => Alias;
  readonly newId: () => string;
  /** Records a change, unless both are the same. */
  readonly note: (operation: string, before: unknown, after: unknown) => void;
}

/** The operations on reserved and provisioned concurrency, by name. */
export function concurrencyOperations({
  functions,
  functionOf,
  aliasOf,
  newId,
  note,
}: ConcurrencyDeps): Operations {
  const provisionable = (name: string, qualifier: string): Alias => {
    const alias = aliasOf(name, qualifier);
    if (alias.version !== '$LATEST') return alias;
    throw new LambdaServiceError(
      'InvalidParameterValueException',
      'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
    );
  };

  return {
    GetProvisionedConcurrencyConfig: (input) => {
      const { FunctionName, Qualifier } = qualifiedInput.parse(input);
      const alias = aliasOf(FunctionName, Qualifier);
      if (alias.provisioned === undefined)
        throw new LambdaServiceError(
          'ProvisionedConcurrencyConfigNotFoundException',
          'No Provisioned Concurrency Config found for this function',
          404,
        );
      const { requested, status, reason } = alias.provisioned;
      const { versions } = functionOf(FunctionName);
      if (look(alias, versions.find(({ version }) => version === alias.version)?.failsInit))
        alias.revision = newId();
      return {
        RequestedProvisionedConcurrentExecutions: requested,
        Status: status,
        ...(reason !== undefined && { StatusReason: reason }),
      };
    },
    PutProvisionedConcurrencyConfig: (input) => {
      const {
        FunctionName,
        Qualifier,
        ProvisionedConcurrentExecutions: requested,
      } = provisionInput.parse(input);
      const alias = provisionable(FunctionName, Qualifier);
      checkIdle(functionOf(FunctionName));
      const { requested: before } = alias.provisioned ?? {};
      provision(alias, requested);
      note('PutProvisionedConcurrencyConfig', before, requested);
      return { RequestedProvisionedConcurrentExecutions: requested, Status: 'IN_PROGRESS' };
    },
    DeleteProvisionedConcurrencyConfig: (input) => {
      const { FunctionName, Qualifier } = qualifiedInput.parse(input);
      const alias = aliasOf(FunctionName, Qualifier);
      checkIdle(functionOf(FunctionName));
      note('DeleteProvisionedConcurrencyConfig', alias.provisioned?.requested, undefined);
      delete alias.provisioned;
      return {};
    },
    GetFunctionConcurrency: (input) => {
      const { reserved } = functionOf(functionInput.parse(input).FunctionName);
      return reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved };
    },
    PutFunctionConcurrency: (input) => {
      const { FunctionName, ReservedConcurrentExecutions } = concurrencyInput.parse(input);
      const deployed = functionOf(FunctionName);
      checkIdle(deployed);
      const others = [...functions.values()].filter((one) => one !== deployed);
      const reserved = others.reduce((sum, one) => sum + (one.reserved ?? 0), ReservedConcurrentExecutions);
      if (ACCOUNT_CONCURRENCY - reserved < UNRESERVED_AT_LEAST)
        throw new LambdaServiceError(
          'InvalidParameterValueException',
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED_AT_LEAST}].`,
        );
      note('PutFunctionConcurrency', deployed.reserved, ReservedConcurrentExecutions);
      deployed.reserved = ReservedConcurrentExecutions;
      return { ReservedConcurrentExecutions };
    },
    DeleteFunctionConcurrency: (input) => {
      const deployed = functionOf(functionInput.parse(input).FunctionName);
      checkIdle(deployed);
      note('DeleteFunctionConcurrency', deployed.reserved, undefined);
      delete deployed.reserved;
      return {};
    },
  };
}
