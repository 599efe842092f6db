import { isDeepStrictEqual } from 'node:util';
import type { Operations } from '../in-process-client.ts';
import { moved } from './alias-transition.ts';
import { concurrencyOperations } from './concurrency-operations.ts';
import {
  type Alias,
  type Configuration,
  checkIdle,
  type DeployedFunction,
  type Version,
  type VersionCode,
} from './deployed-function.ts';
import { LambdaServiceError } from './errors.ts';
import {
  aliasInput,
  configurationInput,
  configureInput,
  listInput,
  publishInput,
  updateAliasInput,
} from './function-inputs.ts';

const REGION_ACCOUNT = 'arn:aws:lambda:us-east-1:000000000000:function';
const LATEST = '$LATEST';
const PAGE = 50;

export interface SettingChange {
  readonly operation: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Lambda functions with published versions and aliases, as the API documents them. */
export interface VersionedFunctions {
  /** Publishes a version, the function's first one too. @returns its number */
  readonly publish: (name: string, code: VersionCode) => string;
  /** Has `$LATEST` run other code, as a deployment that is not published yet does. */
  readonly upload: (name: string, code: VersionCode) => void;
  /** Changes settings of `$LATEST`, as someone else would. */
  readonly configure: (name: string, settings: Partial<Pick<Configuration, 'memoryMiB' | 'logging'>>) => void;
  readonly deleteVersion: (name: string, version: string) => void;
  /** From now on no environment of the version can be prepared. */
  readonly failInit: (name: string, version: string) => void;
  readonly setState: (name: string, version: string, state: Version['state']) => void;
  readonly createAlias: (name: string, alias: string, version: string) => void;
  /** Serves a request as the alias has it routed. @throws what the version's code throws; LambdaServiceError unless it is active */
  readonly invoke: (name: string, alias: string, event: unknown) => unknown;
  /** Operations of the API, by name. */
  readonly operations: Operations;
  /** What was changed through the API, oldest first; a write of the same value is not in it. */
  readonly changes: readonly SettingChange[];
}

const AS_CREATED: Configuration = {
  ...{ code: () => undefined, codeSha256: '', memoryMiB: 128, timeoutSeconds: 3 },
  ...{ tracing: 'PassThrough', logging: { LogFormat: 'Text' } },
};

function staleRevision(): LambdaServiceError {
  return new LambdaServiceError(
    'PreconditionFailedException',
    'The RevisionId provided does not match the latest RevisionId for the Lambda function or alias. Call the GetFunction or the GetAlias API to retrieve the latest RevisionId for your resource.',
    412,
  );
}

export function createVersionedFunctions({
  newId,
  random,
}: {
  readonly newId: () => string;
  readonly random: () => number;
}): VersionedFunctions {
  const functions = new Map<string, DeployedFunction>();
  /** Versions that cannot serve yet: until someone has looked at them once. */
  const preparing = new Set<Version>();
  let uploads = 0;
  const changes: SettingChange[] = [];
  const note = (operation: string, before: unknown, after: unknown): void => {
    if (!isDeepStrictEqual(before, after)) changes.push({ operation, before, after });
  };

  const functionOf = (name: string): DeployedFunction => {
    const found = functions.get(name);
    if (found) return found;
    throw new LambdaServiceError(
      'ResourceNotFoundException',
      `Function not found: ${REGION_ACCOUNT}:${name}`,
      404,
    );
  };
  const versionOf = (name: string, version: string): Version => {
    const found = functionOf(name).versions.find((one) => one.version === version);
    if (found) return found;
    const arn = `${REGION_ACCOUNT}:${name}:${version}`;
    throw new LambdaServiceError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  };
  const aliasOf = (name: string, alias: string): Alias => {
    const found = functionOf(name).aliases.get(alias);
    if (found) return found;
    const arn = `${REGION_ACCOUNT}:${name}:${alias}`;
    throw new LambdaServiceError('ResourceNotFoundException', `Cannot find alias arn: ${arn}`, 404);
  };
  const aliasAnswer = (name: string, alias: string) => {
    const { version, weights, description, revision } = aliasOf(name, alias);
    return {
      AliasArn: `${REGION_ACCOUNT}:${name}:${alias}`,
      Name: alias,
      FunctionVersion: version,
      Description: description,
      RevisionId: revision,
      ...(Object.keys(weights).length > 0 && { RoutingConfig: { AdditionalVersionWeights: weights } }),
    };
  };
  const configurationOf = (name: string, { version, state, configuration, description }: Version) => ({
    FunctionName: name,
    FunctionArn: `${REGION_ACCOUNT}:${name}:${version}`,
    Version: version,
    Description: description ?? '',
    State: state,
    CodeSha256: configuration.codeSha256,
    MemorySize: configuration.memoryMiB,
    Timeout: configuration.timeoutSeconds,
    TracingConfig: { Mode: configuration.tracing },
    LoggingConfig: configuration.logging,
  });
  const latestOf = (name: string): Version => ({
    ...{ version: LATEST, state: 'Active', configuration: functionOf(name).latest },
  });
  const checkRevision = (deployed: DeployedFunction, revision: string | undefined): void => {
    if (revision !== undefined && revision !== deployed.revision) throw staleRevision();
    checkIdle(deployed);
  };
  function checkRouting(name: string, version: string, weights: Readonly<Record<string, number>>): void {
    for (const named of [version, ...Object.keys(weights)]) if (named !== LATEST) versionOf(name, named);
    if (version in weights)
      throw new LambdaServiceError(
        'InvalidParameterValueException',
        `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
      );
    const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
    if (Object.keys(weights).length > 1 || sum > 1 || (sum > 0 && version === LATEST))
      throw new LambdaServiceError('InvalidParameterValueException', 'Invalid routing configuration');
  }

  function upload(name: string, code: VersionCode): void {
    uploads += 1;
    const deployed = functions.get(name) ?? {
      ...{ versions: [], aliases: new Map<string, Alias>(), published: 0, latest: AS_CREATED },
      ...{ revision: '', isUpdating: false },
    };
    functions.set(name, deployed);
    deployed.latest = { ...deployed.latest, code, codeSha256: `code-${uploads}` };
    deployed.revision = newId();
  }

  function publishLatest(deployed: DeployedFunction, state: Version['state'], description?: string): Version {
    deployed.published += 1;
    const version = {
      version: String(deployed.published),
      configuration: deployed.latest,
      description,
      state,
    };
    deployed.versions.push(version);
    return version;
  }

  /** Only an active version serves. The first request to an inactive one has it prepared again. */
  function serve(version: Version, event: unknown): unknown {
    if (version.state === 'Active') return version.configuration.code(event);
    if (version.state === 'Inactive') {
      version.state = 'Pending';
      preparing.add(version);
    }
    throw new LambdaServiceError(
      'ResourceConflictException',
      `The operation cannot be performed at this time. The function is currently in the following state: ${version.state}`,
      409,
    );
  }

  const operations: VersionedFunctions['operations'] = {
    ...concurrencyOperations({ functions, functionOf, aliasOf, newId, note }),
    GetAlias: (input) => {
      const { FunctionName, Name } = aliasInput.parse(input);
      return aliasAnswer(FunctionName, Name);
    },
    UpdateAlias: (input) => {
      const asked = updateAliasInput.parse(input);
      const { FunctionName, Name } = asked;
      const alias = aliasOf(FunctionName, Name);
      checkIdle(functionOf(FunctionName));
      if (asked.RevisionId !== undefined && asked.RevisionId !== alias.revision) throw staleRevision();
      const version = asked.FunctionVersion ?? alias.version;
      const weights = asked.RoutingConfig
        ? (asked.RoutingConfig.AdditionalVersionWeights ?? {})
        : alias.weights;
      checkRouting(FunctionName, version, weights);
      const description = asked.Description ?? alias.description;
      note('UpdateAlias', { version: alias.version, weights: alias.weights }, { version, weights });
      Object.assign(alias, { ...moved(alias, version, weights), description, revision: newId() });
      return aliasAnswer(FunctionName, Name);
    },
    ListVersionsByFunction: (input) => {
      const { FunctionName, Marker = '0', MaxItems = PAGE } = listInput.parse(input);
      const { versions } = functionOf(FunctionName);
      const all = [latestOf(FunctionName), ...versions];
      const from = Number(Marker);
      const to = from + Math.min(MaxItems, PAGE);
      return {
        Versions: all.slice(from, to).map((version) => configurationOf(FunctionName, version)),
        ...(to < all.length && { NextMarker: String(to) }),
      };
    },
    GetFunctionConfiguration: (input) => {
      const { FunctionName, Qualifier = LATEST } = configurationInput.parse(input);
      const deployed = functionOf(FunctionName);
      const pointed = deployed.aliases.get(Qualifier)?.version ?? Qualifier;
      if (pointed === LATEST) {
        const LastUpdateStatus = deployed.isUpdating ? 'InProgress' : 'Successful';
        const { revision: RevisionId } = deployed;
        // The first look is too early for the change that was made last.
        deployed.isUpdating = false;
        return { ...configurationOf(FunctionName, latestOf(FunctionName)), RevisionId, LastUpdateStatus };
      }
      const version = versionOf(FunctionName, pointed);
      const answer = configurationOf(FunctionName, version);
      if (preparing.delete(version)) version.state = 'Active';
      return answer;
    },
    UpdateFunctionConfiguration: (input) => {
      const { FunctionName, RevisionId, ...asked } = configureInput.parse(input);
      const deployed = functionOf(FunctionName);
      checkRevision(deployed, RevisionId);
      const { latest } = deployed;
      deployed.latest = {
        ...latest,
        memoryMiB: asked.MemorySize ?? latest.memoryMiB,
        timeoutSeconds: asked.Timeout ?? latest.timeoutSeconds,
        tracing: asked.TracingConfig?.Mode ?? latest.tracing,
        logging: asked.LoggingConfig ?? latest.logging,
      };
      note('UpdateFunctionConfiguration', latest, deployed.latest);
      Object.assign(deployed, { revision: newId(), isUpdating: true });
      return configurationOf(FunctionName, latestOf(FunctionName));
    },
    PublishVersion: (input) => {
      const { FunctionName, RevisionId, Description } = publishInput.parse(input);
      const deployed = functionOf(FunctionName);
      checkRevision(deployed, RevisionId);
      const last = deployed.versions.at(-1);
      if (last && isDeepStrictEqual(last.configuration, deployed.latest))
        return configurationOf(FunctionName, last);
      const version = publishLatest(deployed, 'Pending', Description);
      preparing.add(version);
      return configurationOf(FunctionName, version);
    },
  };

  return {
    changes,
    operations,
    publish: (name, code) => {
      upload(name, code);
      return publishLatest(functionOf(name), 'Active').version;
    },
    upload: (name, code) => {
      functionOf(name);
      upload(name, code);
    },
    configure: (name, settings) => {
      const deployed = functionOf(name);
      deployed.latest = { ...deployed.latest, ...settings };
      deployed.revision = newId();
    },
    deleteVersion: (name, version) => {
      const { versions } = functionOf(name);
      versions.splice(versions.indexOf(versionOf(name, version)), 1);
    },
    failInit: (name, version) => {
      versionOf(name, version).failsInit = true;
    },
    setState: (name, version, state) => {
      versionOf(name, version).state = state;
    },
    createAlias: (name, alias, version) => {
      versionOf(name, version);
      functionOf(name).aliases.set(alias, { version, weights: {}, description: '', revision: newId() });
    },
    invoke: (name, alias, event) => {
      const { version, weights } = aliasOf(name, alias);
      const [other, share = 0] = Object.entries(weights)[0] ?? [];
      const served = other !== undefined && random() < share ? other : version;
      return serve(versionOf(name, served), event);
    },
  };
}
