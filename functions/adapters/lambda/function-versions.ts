import { createHash } from 'node:crypto';
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { type SettingValue, settingText } from '../../core/operation/recorded-change.ts';
import type { FunctionSettings } from '../../core/target/function-settings.ts';
import { type FunctionVersions, LATEST } from '../../ports/function-versions.ts';
import { translated } from '../aws/translate-error.ts';
import { guarded } from './guarded.ts';

/** The description of versions that differ from another in their settings only. */
const COPY = 'The same code with other settings, by Selfheal';

/** FunctionVersions over the API of Lambda. */
export function createFunctionVersions(client: Pick<LambdaClient, 'send'>): FunctionVersions {
  const configurationOf = async (functionName: string, version: string): Promise<FunctionConfiguration> => {
    const command = new GetFunctionConfigurationCommand({
      FunctionName: functionName,
      // Without one, Lambda describes `$LATEST`, and checks the permission on the function itself.
      ...(version !== LATEST && { Qualifier: version }),
    });
    const { $metadata: _, ...configuration } = await translated('lambda:GetFunctionConfiguration', () =>
      client.send(command),
    );
    return configuration;
  };
  return {
    read: async (functionName, version) => {
      const configuration = await configurationOf(functionName, version);
      // AWS reports no state for functions that it has not updated since 2021; they are active.
      const { State = 'Active', RevisionId = '', LastUpdateStatus } = configuration;
      const reason = configuration.LastUpdateStatusReason || configuration.StateReason || undefined;
      return {
        settings: settingsOf(configuration),
        revision: RevisionId,
        state: State,
        update:
          LastUpdateStatus === 'InProgress'
            ? 'in progress'
            : LastUpdateStatus === 'Failed'
              ? 'failed'
              : 'done',
        ...(reason !== undefined && { reason }),
      };
    },

    published: async (functionName) => {
      const found: FunctionConfiguration[] = [];
      let Marker: string | undefined;
      do {
        const command = new ListVersionsByFunctionCommand({ FunctionName: functionName, Marker });
        const page = await translated('lambda:ListVersionsByFunction', () => client.send(command));
        found.push(...(page.Versions ?? []));
        Marker = page.NextMarker;
      } while (Marker !== undefined && Marker !== '');
      return found
        .filter(({ Version = LATEST }) => /^\d+$/.test(Version))
        .map((one) => ({
          ...{ version: String(one.Version), settings: settingsOf(one) },
          ...(one.Description === COPY && { isCopy: true as const }),
        }))
        .sort((one, other) => Number(one.version) - Number(other.version));
    },

    configure: async (functionName, { memoryMiB, timeoutSeconds, isTraced, logLevel }, revision) => {
      // What is not given of the log's settings would be reset.
      const { LoggingConfig: logging = {} } =
        logLevel === undefined ? {} : await configurationOf(functionName, LATEST);
      const command = new UpdateFunctionConfigurationCommand({
        FunctionName: functionName,
        RevisionId: revision,
        ...(memoryMiB !== undefined && { MemorySize: memoryMiB }),
        ...(timeoutSeconds !== undefined && { Timeout: timeoutSeconds }),
        ...(isTraced !== undefined && { TracingConfig: { Mode: isTraced ? 'Active' : 'PassThrough' } }),
        ...(logLevel !== undefined && {
          LoggingConfig: { ...logging, ApplicationLogLevel: logLevel as 'INFO' },
        }),
      });
      await guarded('lambda:UpdateFunctionConfiguration', () => client.send(command));
    },

    publish: async (functionName, revision) => {
      const command = new PublishVersionCommand({
        ...{ FunctionName: functionName, RevisionId: revision, Description: COPY },
      });
      const { Version = '' } = await guarded('lambda:PublishVersion', () => client.send(command));
      return Version;
    },
  };
}

function settingsOf(configuration: FunctionConfiguration): FunctionSettings {
  const { MemorySize = 128, Timeout = 3, TracingConfig, LoggingConfig } = configuration;
  return {
    memoryMiB: MemorySize,
    timeoutSeconds: Timeout,
    isTraced: TracingConfig?.Mode === 'Active',
    logLevel: LoggingConfig?.LogFormat === 'JSON' ? (LoggingConfig.ApplicationLogLevel ?? 'INFO') : '',
    rest: digest(rest(configuration)),
  };
}

/**
 * What makes one version another than the next, besides what actions change. What Lambda reports about itself is left out;
 * whatever else it describes, now or one day, counts.
 */
function rest({
  FunctionName: _name,
  FunctionArn: _arn,
  Version,
  MasterArn: _masterArn,
  Description: _description,
  RevisionId: _revision,
  LastModified: _lastModified,
  State: _state,
  StateReason: _stateReason,
  StateReasonCode: _stateReasonCode,
  LastUpdateStatus: _update,
  LastUpdateStatusReason: _updateReason,
  LastUpdateStatusReasonCode: _updateReasonCode,
  // A digest that includes what actions change.
  ConfigSha256: _configSha256,
  // `CodeSha256` stands for the code. The same code may be signed again.
  CodeSize: _codeSize,
  SigningProfileVersionArn: _signingProfile,
  SigningJobArn: _signingJob,
  // Lambda updates runtimes by itself, not all versions at once.
  RuntimeVersionConfig: _runtimeVersion,
  MemorySize: _memory,
  Timeout: _timeout,
  TracingConfig: _tracing,
  Environment,
  Layers,
  VpcConfig,
  ImageConfigResponse,
  SnapStart,
  LoggingConfig,
  ...others
}: FunctionConfiguration): unknown {
  const { ApplicationLogLevel: _logLevel, ...log } = LoggingConfig ?? {};
  return {
    ...others,
    // What cannot be decrypted is the same as nothing else.
    environment: Environment?.Error === undefined ? Environment?.Variables : [Version, Environment.Error],
    layers: Layers?.map(({ Arn }) => Arn),
    vpc: VpcConfig && {
      ...VpcConfig,
      SubnetIds: VpcConfig.SubnetIds?.toSorted(),
      SecurityGroupIds: VpcConfig.SecurityGroupIds?.toSorted(),
    },
    image: ImageConfigResponse?.ImageConfig,
    // Only published versions are optimized.
    snapStart: SnapStart?.ApplyOn,
    log,
  };
}

/** Values that may be secret are kept as their digest only. */
function digest(value: unknown): string {
  const plain = JSON.parse(JSON.stringify(value)) as SettingValue;
  return createHash('sha256').update(settingText(plain)).digest('hex').slice(0, 32);
}
