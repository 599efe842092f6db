import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { GetFunctionCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { Closers } from '../../../local/cloud/closers.ts';
import { scriptedHealth } from '../../factories/deployed-engine/health.ts';
import { scriptedHosts } from '../../factories/deployed-engine/hosts.ts';
import { alarmOf, type LandscapePlan, landscapeOf } from '../../factories/deployed-engine/landscape.ts';
import { deployedPlace } from './deployed.ts';
import type { Place } from './place.ts';

const PROJECT = join(import.meta.dirname, '..', '..', '..');
const CDK = join(PROJECT, 'node_modules', '.bin', 'cdk');
const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()));

/**
 * An account of AWS, bootstrapped for the CDK and found as the SDK finds it. Selfheal is deployed into it with
 * components whose hosts don't exist, and destroyed afterwards: no machine is ever touched.
 *
 * @throws Error if Selfheal is there already: nothing is deployed over one that is in use
 */
export async function openAws(plan: LandscapePlan): Promise<Place> {
  await refuseIfInUse();
  const closers = new Closers();
  try {
    const directory = await mkdtemp(join(tmpdir(), 'selfheal-conformance-'));
    closers.add(() => rm(directory, { recursive: true, force: true }));
    const landscape = landscapeOf(plan, (component) => `https://${component}.invalid/health`);
    const config = join(directory, 'selfheal.yaml');
    await writeFile(config, landscape.configuration);
    const context = ['--context', `config=${config}`, '--context', 'removalPolicy=destroy'];
    const outputsFile = join(directory, 'outputs.json');
    closers.add(() => cdk('destroy', '--all', '--force', ...context));
    await cdk('deploy', '--all', '--require-approval', 'never', '--outputs-file', outputsFile, ...context);
    const stacks = outputsSchema.parse(JSON.parse(await readFile(outputsFile, 'utf8')));
    const cloudWatch = new CloudWatchClient({});
    return await deployedPlace({
      aws: {},
      outputs: Object.assign({}, ...Object.values(stacks)),
      landscape,
      waitScale: 1,
      patience: 5,
      closers,
      own: {
        hosts: scriptedHosts(
          () => [],
          () => undefined,
        ),
        health: scriptedHealth(() => Date.now()),
        setAlarm: async (component, StateValue, StateReason) => {
          const AlarmName = alarmOf(component);
          await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
        },
        muteAlarm: () => lacking('muting'),
        setStatusEvents: () => lacking('commands'),
        withSettings: () => lacking('settings of its own'),
        loseSendAnswer: () => lacking('commands'),
        triesOfClient: 1,
      },
    });
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function refuseIfInUse(): Promise<void> {
  try {
    await new LambdaClient({}).send(new GetFunctionCommand({ FunctionName: 'selfheal-triage' }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return;
    throw error;
  }
  throw new Error(
    'this account and region have a function selfheal-triage: Selfheal is in use there. Take another account or region for SELFHEAL_AWS=1',
  );
}

async function cdk(...args: readonly string[]): Promise<void> {
  const options = { cwd: PROJECT, maxBuffer: 64 * 1_024 * 1_024 };
  await promisify(execFile)(CDK, [...args, '--no-notices', '--no-color', '--ci'], options);
}

function lacking(what: string): never {
  throw new Error(`no scenario may ask AWS for ${what}: it lacks 'hosts'`);
}
