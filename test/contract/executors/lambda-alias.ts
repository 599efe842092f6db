import type { LambdaClient } from '@aws-sdk/client-lambda';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { createFunctionVersions } from '../../../functions/adapters/lambda/function-versions.ts';
import { createLambdaAliases } from '../../../functions/adapters/lambda/lambda-aliases.ts';
import type { AliasPointer } from '../../../functions/core/target/lambda-alias.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import {
  createVersionedFunctions,
  type SettingChange,
  type VersionedFunctions,
} from '../../../local/embedded/lambda/versioned-functions.ts';
import {
  type ExecutorUnderTest,
  overwritten,
  type ServicePlace,
  type ServiceUnderTest,
  type Write,
} from './executor-under-test.ts';
import type { Gap } from './faults.ts';

const TARGET = 'orders:live';
const COMPONENT = {
  targets: { lambdaAlias: TARGET },
  service: undefined,
  alarms: undefined,
  signals: ['memory'],
  health: { url: 'https://orders.example.com/' },
};

/** An alias that someone else may point to another version, at any time. */
export const lambdaAlias: ExecutorUnderTest = {
  name: 'resource: lambda_alias',
  component: COMPONENT,
  action: { type: 'rollback_deployment', params: { version: '1' }, onError: 'rollback' },
  undo: { type: 'rollback_deployment', params: { phase: 'undo' } },
  open: (place) => openAlias(place, () => undefined),
};

/** It serves another version only once environments of it are ready. */
export const aliasWithProvisionedConcurrency: ExecutorUnderTest = {
  ...lambdaAlias,
  name: 'resource: lambda_alias with provisioned concurrency',
  action: { ...lambdaAlias.action, timeoutSeconds: 240 },
  open: (place) =>
    openAlias(place, ({ operations }) =>
      operations['PutProvisionedConcurrencyConfig']?.({
        ...{ FunctionName: 'orders', Qualifier: 'live', ProvisionedConcurrentExecutions: 5 },
      }),
    ),
};

function openAlias(
  { random, newId }: ServicePlace,
  prepare: (functions: VersionedFunctions) => unknown,
): ServiceUnderTest {
  const functions = createVersionedFunctions({ newId, random });
  const publish = () => functions.publish('orders', () => undefined);
  publish();
  functions.createAlias('orders', 'live', publish());
  prepare(functions);
  const client = createInProcessClient<LambdaClient>('Lambda', functions.operations);
  const theirs = new Set<string>();
  return {
    ports: { aliases: createLambdaAliases(client), versions: createFunctionVersions(client) },
    effects: () =>
      ownUpdates(functions, theirs).map(({ after }) => ({
        phase: after === '1' ? 'do' : 'undo',
        target: TARGET,
      })),
    interfere: () => {
      // A version of their own each time: a value that someone sets back to what it was looks untouched.
      const FunctionVersion = publish();
      theirs.add(FunctionVersion);
      void client.send(new UpdateAliasCommand({ FunctionName: 'orders', Name: 'live', FunctionVersion }));
    },
    // What was done is all that may ever be undone.
    isInterferenceIntact: () =>
      ownUpdates(functions, theirs).every(({ before, after }) => after === '1' || before === '1'),
  };
}

/** What the engine changed. Someone else points the alias to a version once, when it is new. */
function ownUpdates(functions: VersionedFunctions, theirs: ReadonlySet<string>) {
  const seen = new Set<string>();
  return aliasUpdates(functions).filter(({ after }) => {
    const isTheirs = theirs.has(after) && !seen.has(after);
    seen.add(after);
    return !isTheirs;
  });
}

const aliasUpdates = ({ changes }: VersionedFunctions) =>
  changes.filter(({ operation }) => operation === 'UpdateAlias').map(versionsOf);

function versionsOf({ before, after }: SettingChange): { readonly before: string; readonly after: string } {
  return { before: (before as AliasPointer).version, after: (after as AliasPointer).version };
}

/**
 * Concurrency has no revision: what someone changes between a read and the write after it cannot be seen. Someone else sets
 * a count of their own, another one each time.
 */
const concurrency = (
  name: string,
  {
    put,
    to,
    params,
    gap,
  }: {
    readonly put: (count: number) => readonly [operation: string, input: object];
    readonly to: number;
    readonly params: object;
    readonly gap: Gap;
  },
): ExecutorUnderTest => ({
  name,
  component: COMPONENT,
  action: { type: 'scale_resources', params: { ...params, to }, onError: 'rollback' },
  undo: { type: 'scale_resources', params: { ...params, phase: 'undo' } },
  gap,
  open: ({ random, newId }) => {
    const functions = createVersionedFunctions({ newId, random });
    functions.publish('orders', () => undefined);
    functions.createAlias('orders', 'live', '1');
    let theirs = 0;
    /** What someone has set is in the list of changes once, before it may be put back. */
    const own = (): readonly Write[] => {
      const seen = new Set<unknown>();
      return functions.changes.flatMap(({ before = null, after = null }) => {
        const isTheirs = Number(after) > to && !seen.has(after);
        seen.add(after);
        return isTheirs ? [] : [{ before: JSON.stringify(before), after: JSON.stringify(after) }];
      });
    };
    return {
      ports: { aliases: createLambdaAliases(createInProcessClient('Lambda', functions.operations)) },
      effects: () =>
        own().map(({ after }) => ({ phase: after === String(to) ? 'do' : 'undo', target: TARGET })),
      interfere: () => {
        theirs += 1;
        const [operation, input] = put(to + theirs);
        functions.operations[operation]?.(input);
      },
      contradictions: (records) => overwritten(records, own()),
    };
  },
});

export const reservedConcurrency = concurrency('resource: reserved concurrency', {
  put: (ReservedConcurrentExecutions) => [
    'PutFunctionConcurrency',
    { FunctionName: 'orders', ReservedConcurrentExecutions },
  ],
  to: 50,
  params: {},
  gap: { reads: ['aliases.reserved'], writes: ['aliases.reserve'] },
});

export const provisionedConcurrency = concurrency('resource: provisioned concurrency', {
  put: (ProvisionedConcurrentExecutions) => [
    'PutProvisionedConcurrencyConfig',
    { FunctionName: 'orders', Qualifier: 'live', ProvisionedConcurrentExecutions },
  ],
  to: 5,
  params: { concurrency: 'provisioned' },
  gap: { reads: ['aliases.provisioned'], writes: ['aliases.provision'] },
});

interface VersionShown {
  readonly CodeSha256: string;
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly TracingConfig: { readonly Mode: string };
}

/**
 * A setting is changed by a new version: someone else may deploy, or move the alias, at any time.
 *
 * @param isChanged whether a version has what the action sets
 */
const functionSetting = (
  name: string,
  type: string,
  params: object,
  isChanged: (version: VersionShown) => boolean,
): ExecutorUnderTest => ({
  name,
  component: COMPONENT,
  action: { type, params, onError: 'rollback' },
  undo: { type, params: { phase: 'undo' } },
  open: ({ random, newId }) => {
    const functions = createVersionedFunctions({ newId, random });
    const publish = () => functions.publish('orders', () => undefined);
    functions.createAlias('orders', 'live', publish());
    const client = createInProcessClient<LambdaClient>('Lambda', functions.operations);
    const theirs = new Set<string>();
    const versionOf = (Qualifier: string) =>
      functions.operations['GetFunctionConfiguration']?.({
        FunctionName: 'orders',
        Qualifier,
      }) as VersionShown;
    return {
      ports: { aliases: createLambdaAliases(client), versions: createFunctionVersions(client) },
      effects: () =>
        ownUpdates(functions, theirs).map(({ after }) => ({
          phase: isChanged(versionOf(after)) ? 'do' : 'undo',
          target: TARGET,
        })),
      interfere: () => {
        const FunctionVersion = publish();
        theirs.add(FunctionVersion);
        const update = new UpdateAliasCommand({ FunctionName: 'orders', Name: 'live', FunctionVersion });
        client.send(update).catch((error: unknown) => {
          // Lambda is busy with the function, and refuses their change as well.
          if (!(error instanceof Error && error.name === 'ResourceConflictException')) throw error;
          theirs.delete(FunctionVersion);
        });
      },
      // Whichever code they have released is served, with whatever memory.
      isInterferenceIntact: () =>
        ownUpdates(functions, theirs).every(
          ({ before, after }) => versionOf(before).CodeSha256 === versionOf(after).CodeSha256,
        ),
    };
  },
});

export const functionMemory = functionSetting(
  'resource: memory of a function',
  'increase_resources',
  { ladder: [{ memoryMiB: 128 }, { memoryMiB: 512 }] },
  ({ MemorySize }) => MemorySize === 512,
);

export const functionTimeout = functionSetting(
  'resource: time-out of a function',
  'adjust_timeout',
  { to: 77 },
  ({ Timeout }) => Timeout === 77,
);

export const functionTracing = functionSetting(
  'resource: tracing of a function',
  'enable_monitoring',
  { tracing: true },
  ({ TracingConfig }) => TracingConfig.Mode === 'Active',
);
