import type { SuspectedChange } from '../../core/diagnosis/cause.ts';
import {
  type AliasName,
  type AliasPointer,
  aliasName,
  describePointer,
} from '../../core/target/lambda-alias.ts';
import { type Scaling, scaledCount } from '../../core/target/scaled-count.ts';
import type { LambdaAliases } from '../../ports/lambda-aliases.ts';
import type { Begun, StepCall } from './action-call.ts';
import { readAlias, untilServed, withoutTime } from './alias-move.ts';
import { changeSetting, type Setting, undoSetting } from './change-setting.ts';
import * as functionSettings from './function-settings.ts';
import { servingVersion } from './version-states.ts';

export interface AliasBeginDeps extends functionSettings.FunctionSettingsDeps {
  readonly aliases: LambdaAliases;
}

/**
 * Carries out an action on an alias of a Lambda function. It is over when Lambda has answered, but for an alias with
 * provisioned concurrency: that serves another version once environments of it are ready.
 */
export async function begin(deps: AliasBeginDeps, type: string, id: string, call: StepCall): Promise<Begun> {
  const { aliases } = deps;
  const { params, changes } = call;
  const name = aliasName(id);
  const isUndo = params['phase'] === 'undo';
  switch (type) {
    case 'rollback_deployment': {
      const setting = pointerOf(aliases, id, name);
      if (isUndo) {
        const undone = await undoSetting(changes, setting);
        return changes.undone === undefined ? undone : await untilServed(aliases, id, undone);
      }
      const refused = await withoutTime(aliases, id, call);
      if (refused) return refused;
      const changed = await changeSetting(changes, setting, async () => {
        const { pointer } = await aliases.read(name);
        const problem = shiftProblem(pointer, call.subject.operation.alert.change);
        if (problem !== undefined) return { problem };
        return await servingVersion(
          deps,
          name.functionName,
          pointer,
          params['version'] as string | undefined,
        );
      });
      return await untilServed(aliases, id, changed);
    }
    case 'scale_resources': {
      const setting =
        params['concurrency'] === 'provisioned'
          ? provisionOf(aliases, id, name)
          : reservationOf(aliases, name);
      if (isUndo) return await undoSetting(changes, setting);
      return await changeSetting(changes, setting, async (count) => scaled(count, params));
    }
    case 'increase_resources':
    case 'adjust_timeout':
    case 'enable_monitoring':
      return await functionSettings.begin(deps, type, id, call);
    default:
      return { outcome: 'FAILED', detail: `${type} cannot be done on an alias of a function` };
  }
}

/** Why an alias stays where it is: CodeDeploy would shift its requests again, no matter which version it points to. */
function shiftProblem({ weights }: AliasPointer, change: SuspectedChange | undefined): string | undefined {
  const isShifting = change?.source === 'codedeploy' && change.isInProgress;
  if (!isShifting || Object.keys(weights).length === 0) return undefined;
  return `CodeDeploy is shifting its requests by the deployment ${change.changeId}, and would go on: stop that one, with its rollback, or have its deployment group watch the alarm`;
}

function pointerOf(aliases: LambdaAliases, id: string, name: AliasName): Setting<AliasPointer> {
  return {
    name: `alias ${id}`,
    describe: describePointer,
    read: async () => {
      const { pointed, revision } = await readAlias(aliases, name);
      return { value: pointed, token: revision };
    },
    write: async (pointer, revision) => await aliases.point(name, pointer, String(revision)),
  };
}

function reservationOf(aliases: LambdaAliases, { functionName }: AliasName): Setting<number | null> {
  return {
    name: `reserved concurrency of ${functionName}`,
    describe: (count) => (count === null ? 'none' : String(count)),
    read: async () => ({ value: await aliases.reserved(functionName) }),
    write: async (count) => await aliases.reserve(functionName, count),
  };
}

/** Environments are made ready within minutes: it is over when Lambda has accepted the number, as nothing is worse until then. */
function provisionOf(aliases: LambdaAliases, id: string, name: AliasName): Setting<number | null> {
  return {
    name: `provisioned concurrency of ${id}`,
    describe: (count) => (count === null ? 'none' : String(count)),
    read: async () => ({ value: (await aliases.provisioned(name)).requested }),
    write: async (count) => await aliases.provision(name, count),
  };
}

/** Where nothing is reserved, any reservation would be a limit; environments that are kept ready are none. */
function scaled(present: number | null, params: StepCall['params']): number | { readonly problem: string } {
  const scaling = params as Scaling;
  if (present !== null || scaling.to !== undefined || params['concurrency'] === 'provisioned')
    return scaledCount(present ?? 0, scaling);
  return {
    problem: 'none is reserved, and a reservation would limit the function: name the count with `to`',
  };
}
