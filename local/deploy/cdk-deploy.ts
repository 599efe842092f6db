import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const PROJECT = join(import.meta.dirname, '..', '..');
const PROJECT_BIN = join(PROJECT, 'node_modules', '.bin');

/** The account id that emulators use by default. */
const ACCOUNT = '000000000000';

/**
 * The runbooks go to the local SSM endpoint, SelfhealAlarms and SelfhealDeadMan to the local alarm evaluator
 * instead, SelfhealWebhook to EventBridge without CloudFormation.
 */
const STACKS = ['SelfhealState', 'SelfhealEngine', 'SelfhealMonitoring'] as const;
const WATCHDOG_STACK = 'SelfhealWatchdog';
const ANALYSIS_STACK = 'SelfhealAnalysis';
const APPROVALS_STACK = 'SelfhealApprovals';
/** For any number of alarm stacks. */
const ALARM_STACKS = 'SelfhealAlarms*';

const LAST_LINES = 40;

export interface DeployOptions {
  /** Of the emulator, for all services. */
  readonly endpoint: string;
  readonly region: string;
  /** A selfheal.yaml. */
  readonly configPath: string;
  /** The directory of the release to deploy, with its packages. @default this one */
  readonly project?: string;
  /** Environment variables for every function in addition to its own, such as `AWS_ENDPOINT_URL_SSM`. */
  readonly lambdaEnvironment: Readonly<Record<string, string>>;
  /**
   * Whether the watchdog is deployed. It runs once a minute from then on.
   *
   * @default false
   */
  readonly watchdog?: boolean;
  /**
   * Whether the analysis is deployed, which some component with `anomalies` needs.
   *
   * @default false
   */
  readonly analysis?: boolean;
  /**
   * Whether the address for approvals is deployed, which `settings.approvals` needs.
   *
   * @default false
   */
  readonly approvals?: boolean;
  /**
   * Whether the components' alarms are created in the emulator.
   *
   * @default false - they are left to the local alarm evaluator
   */
  readonly alarms?: boolean;
  /** Where the cloud assembly goes. */
  readonly outDir: string;
  /**
   * Reports each step as it begins and ends.
   *
   * @default - no reports
   */
  readonly onProgress?: (line: string) => void;
}

export interface Deployment {
  /** By stack and name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Paths of the synthesized templates with the SSM documents. */
  readonly runbooksTemplates: readonly string[];
  /** Paths of the synthesized templates with the components' alarms. */
  readonly alarmsTemplates: readonly string[];
  /** Path of the synthesized template with the alarms on the watchdog’s silence. */
  readonly deadManTemplate: string;
  /** Path of the synthesized template of the architect’s webhook; absent unless it is configured. */
  readonly webhookTemplate: string;
}

/** A step of the deployment has failed; the message ends with the last lines that the CDK printed. */
export class DeployFailed extends Error {
  override readonly name = 'DeployFailed';
}

const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()));

/**
 * Bootstraps and deploys with the ordinary CDK command, to an emulator.
 *
 * @throws DeployFailed
 */
export async function deploySelfheal(options: DeployOptions): Promise<Deployment> {
  const outDir = resolve(options.outDir);
  const outputsFile = join(outDir, 'outputs.json');
  const context = {
    config: resolve(options.configPath),
    removalPolicy: 'destroy',
    lambdaEnvironment: JSON.stringify(options.lambdaEnvironment),
  };
  const cdk = (what: string, ...args: readonly string[]) => runCdk(options, what, args);

  // The environment is given, so that no app has to be synthesized to find it.
  await cdk('bootstrap', 'bootstrap', `aws://${ACCOUNT}/${options.region}`, '--app', '');
  const stacks: readonly string[] = [
    ...STACKS,
    ...(options.watchdog ? [WATCHDOG_STACK] : []),
    ...(options.analysis ? [ANALYSIS_STACK] : []),
    ...(options.approvals ? [APPROVALS_STACK] : []),
    ...(options.alarms ? [ALARM_STACKS] : []),
  ];
  await cdk(
    `deploy ${stacks.join(', ')}`,
    ...['deploy', ...stacks, '--output', outDir, '--exclusively', '--require-approval', 'never'],
    ...['--outputs-file', outputsFile],
    ...Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]),
  );
  const files = await readdir(outDir);
  const templatesLike = (pattern: RegExp) =>
    files.filter((name) => pattern.test(name)).map((name) => join(outDir, name));
  return {
    outputs: outputsSchema.parse(JSON.parse(await readFile(outputsFile, 'utf8'))),
    runbooksTemplates: templatesLike(/^SelfhealRunbooks\d*\.template\.json$/),
    alarmsTemplates: templatesLike(/^SelfhealAlarms\d*\.template\.json$/),
    deadManTemplate: join(outDir, 'SelfhealDeadMan.template.json'),
    webhookTemplate: join(outDir, 'SelfhealWebhook.template.json'),
  };
}

async function runCdk(options: DeployOptions, what: string, args: readonly string[]): Promise<void> {
  const startedAtMs = Date.now();
  options.onProgress?.(`cdk: ${what} …`);
  const child = spawn(join(PROJECT_BIN, 'cdk'), [...args, '--no-notices', '--no-color', '--ci'], {
    cwd: options.project ?? PROJECT,
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() !== '') lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
    });
  }
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(1);
  if (code !== 0) {
    throw new DeployFailed(`cdk ${args[0]} failed after ${seconds} s:\n${lastLines.join('\n')}`);
  }
  options.onProgress?.(`cdk: ${what} took ${seconds} s`);
}

/** Without any endpoint or credentials of AWS: nothing may reach a real account. */
function environment({ endpoint, region }: DeployOptions): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  return {
    ...Object.fromEntries(own),
    PATH: [PROJECT_BIN, process.env['PATH'] ?? ''].join(delimiter),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // An emulator does not validate templates; `cdk synth` checks them against CloudFormation's rules.
    CDK_VALIDATION: 'false',
  };
}
