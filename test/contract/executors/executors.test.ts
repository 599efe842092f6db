import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../local/embedded/random/seeded-random.ts';
import { isThorough } from '../../thoroughness.ts';
import { appConfigRevert, appConfigStart, appConfigStop } from './app-config.ts';
import { automation } from './automation.ts';
import {
  codeDeployRollback,
  codeDeployRollbackOfAlias,
  codeDeployRollbackOfService,
  codeDeployStop,
  codeDeployStopOfAlias,
  codeDeployStopOfService,
} from './code-deploy.ts';
import { runContract } from './contract-run.ts';
import {
  clusterCopy,
  clusterCopyInstance,
  databaseCopy,
  databaseReboot,
  databaseRestartByFailover,
  databaseSnapshot,
  databaseStorage,
  multiAzCopy,
  standbyFailover,
} from './database.ts';
import {
  clusterFailover,
  clusterFailoverBesideOthers,
  databaseClass,
  multiAzFailover,
} from './database-settings.ts';
import { DATABASES_SHOWN_LATE } from './databases-shown-late.ts';
import { isolation, isolationAmongOthers, reboot, snapshot, start, stop } from './ec2-instance.ts';
import { ecsCount, ecsRestart, ecsRevision, ecsRollback, ecsSize, ecsStop } from './ecs-service.ts';
import type { ExecutorUnderTest } from './executor-under-test.ts';
import { FAULTS, faultsAtRandom, oneFault } from './faults.ts';
import {
  aliasWithProvisionedConcurrency,
  functionMemory,
  functionTimeout,
  functionTracing,
  lambdaAlias,
  provisionedConcurrency,
  reservedConcurrency,
} from './lambda-alias.ts';
import { runCommand } from './run-command.ts';
import { groupSize, replacement } from './scaling-group.ts';
import { containerInsights, detailedMonitoring, idleTimeout } from './settings.ts';
import { drain } from './target-group.ts';
import { documentWithLedger, documentWithoutLedger } from './user-document.ts';
import { lastingFunction, userFunction } from './user-function.ts';
import { writerMove } from './writer-move.ts';

const EXECUTORS: readonly ExecutorUnderTest[] = [
  runCommand,
  documentWithLedger,
  documentWithoutLedger,
  automation,
  userFunction,
  lastingFunction,
  lambdaAlias,
  aliasWithProvisionedConcurrency,
  reservedConcurrency,
  provisionedConcurrency,
  functionMemory,
  functionTimeout,
  functionTracing,
  ecsRestart,
  ecsRollback,
  ecsStop,
  ecsRevision,
  ecsCount,
  ecsSize,
  reboot,
  stop,
  start,
  snapshot,
  isolation,
  isolationAmongOthers,
  drain,
  groupSize,
  replacement,
  idleTimeout,
  detailedMonitoring,
  containerInsights,
  databaseReboot,
  databaseRestartByFailover,
  standbyFailover,
  clusterFailover,
  clusterFailoverBesideOthers,
  multiAzFailover,
  writerMove,
  databaseSnapshot,
  databaseClass,
  databaseStorage,
  databaseCopy,
  codeDeployRollback,
  codeDeployRollbackOfAlias,
  codeDeployRollbackOfService,
  codeDeployStop,
  codeDeployStopOfAlias,
  codeDeployStopOfService,
  clusterCopy,
  clusterCopyInstance,
  multiAzCopy,
  ...DATABASES_SHOWN_LATE,
  appConfigRevert,
  appConfigStart,
  appConfigStop,
];

const RUNS = isThorough() ? 1_000 : 25;
const none = () => undefined;

/** @returns one line for each run that broke the contract */
async function brokenRuns(executor: ExecutorUnderTest, runs: number): Promise<readonly string[]> {
  const broken: string[] = [];
  for (let seed = 1; seed <= runs; seed += 1) {
    const { violations } = await runContract(executor, seed, faultsAtRandom(createSeededRandom(-seed), 0.06));
    if (violations.length > 0) broken.push(`seed ${seed}: ${violations.join('; ')}`);
  }
  return broken;
}

describe.each(EXECUTORS)('the executor $name', (executor) => {
  it('does what it is asked to, once, and undoes it once, when nothing goes wrong', async () => {
    const { violations, effects, records } = await runContract(executor, 3, none, true);
    expect(violations).toEqual([]);
    const targets = records[0]?.targets ?? [];
    expect(targets.length).toBeGreaterThan(0);
    const expected = (phase: 'do' | 'undo') => targets.map((target) => ({ phase, target }));
    const all = [...expected('do'), ...(executor.undo ? expected('undo') : [])];
    expect(effects).toHaveLength(all.length);
    expect(effects).toEqual(expect.arrayContaining(all));
  });

  it.each(FAULTS)('keeps its contract whichever call meets the fault: %s', async (fault) => {
    const broken: string[] = [];
    for (let number = 0, calls = 1; number < calls; number += 1) {
      const next = oneFault(number, fault);
      const { violations } = await runContract(executor, 3, next, true);
      calls = next.calls();
      if (violations.length > 0) broken.push(`call ${number}: ${violations.join('; ')}`);
    }
    expect(broken).toEqual([]);
  });

  it(`has one effect for one operation, in ${RUNS} runs with faults`, async () => {
    expect(await brokenRuns(executor, RUNS)).toEqual([]);
  });
});

describe('the contract', () => {
  it('is broken by a function that does not remember its keys', async () => {
    const forgetful: ExecutorUnderTest = {
      ...userFunction,
      open: (place) => {
        let number = 0;
        const { ports, ...rest } = userFunction.open(place);
        const functions = ports.functions as NonNullable<typeof ports.functions>;
        return {
          ...rest,
          ports: {
            functions: {
              ...functions,
              invoke: (name, request, timeoutSeconds) => {
                number += 1;
                const idempotencyKey = `${request.idempotencyKey}#${number}`;
                return functions.invoke(name, { ...request, idempotencyKey }, timeoutSeconds);
              },
            },
          },
        };
      },
    };
    expect((await brokenRuns(forgetful, 50)).join('\n')).toContain('do had 2 effects on orders');
  });

  it('is broken by hosts that keep no ledger', async () => {
    const withoutLedger: ExecutorUnderTest = {
      ...runCommand,
      open: (place) => {
        const { ports, ...rest } = runCommand.open(place);
        const runbooks = ports.runbooks as NonNullable<typeof ports.runbooks>;
        let number = 0;
        const send: typeof runbooks.send = (request) => {
          number += 1;
          // A host that takes every command for a new one.
          const operationId = `${request.parameters['operationId']}-${number}`;
          return runbooks.send({ ...request, parameters: { ...request.parameters, operationId } });
        };
        return { ...rest, ports: { runbooks: { ...runbooks, send } } };
      },
    };
    expect((await brokenRuns(withoutLedger, 50)).join('\n')).toMatch(/do had \d effects on i-/);
  });
});
