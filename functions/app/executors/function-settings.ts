import { settingText } from '../../core/operation/recorded-change.ts';
import {
  type AdjustableSettings,
  changedSettings,
  describeSettings,
  type FunctionSettings,
  unreleasedProblem,
} from '../../core/target/function-settings.ts';
import { type AliasName, aliasName, describePointer } from '../../core/target/lambda-alias.ts';
import { nextSize, type Size } from '../../core/target/size-ladder.ts';
import type { Clock } from '../../ports/clock.ts';
import { RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
import { type FunctionVersion, type FunctionVersions, LATEST } from '../../ports/function-versions.ts';
import type { LambdaAliases } from '../../ports/lambda-aliases.ts';
import type { Begun, StepCall } from './action-call.ts';
import { type AliasReads, readAlias, unreadyAlias, untilServed } from './alias-move.ts';
import { changeEach, undoEach } from './change-each.ts';
import { isProblem, type Setting } from './change-setting.ts';
import { readUntil, unreadyVersion } from './version-states.ts';

export interface FunctionSettingsDeps {
  readonly aliases: AliasReads & Pick<LambdaAliases, 'point'>;
  readonly versions: FunctionVersions;
  readonly clock: Clock;
}

/** The settings that an alias serves, or those of `$LATEST`. */
type Served = FunctionSettings & {
  /** The share of other versions during a weighted rollout. */
  readonly rollout?: string;
};

type Wanted = Partial<AdjustableSettings> | { readonly problem: string };

/**
 * Changes settings of the version that an alias serves. A published version cannot be changed, and what is changed of
 * `$LATEST` reaches no request: so `$LATEST` gets the settings, is published, and the alias is moved to that version once
 * it can serve. Nothing else is released with it: `$LATEST` must have the code and configuration that the alias serves
 * already. `$LATEST` keeps the settings, so that the next release has them, too. The undo moves the alias back, and sets
 * `$LATEST` back unless someone else has changed it since.
 */
export async function begin(
  deps: FunctionSettingsDeps,
  type: string,
  id: string,
  call: StepCall,
): Promise<Begun> {
  const { params, changes } = call;
  const name = aliasName(id);
  const served = servedBy(deps, id, name);
  const latest = latestOf(deps, name.functionName);
  if (params['phase'] === 'undo') {
    const undone = await undoEach(
      changes,
      new Map([
        [id, served],
        [LATEST, latest],
      ]),
    );
    return changes.undone === undefined ? undone : await untilServed(deps.aliases, id, undone);
  }
  const refused = await unreadyAlias(deps.aliases, id, call);
  if (refused) return refused;
  const ended = await changeEach(
    changes,
    new Map([
      [LATEST, latest],
      [id, served],
    ]),
    async (which, present) => {
      if (which === id) return changed(present, wantedOf(type, params, present));
      const { value } = await served.read();
      const wanted = wantedOf(type, params, value);
      if (isProblem(wanted)) return wanted;
      const target = { ...value, ...wanted };
      const { pointer } = await deps.aliases.read(name);
      const isServedItself = pointer.version === LATEST;
      if (!isServedItself && (await versionWith(deps, name, target)) !== undefined) return present;
      const problem = unreleasedProblem(present, value, wanted);
      return problem === undefined ? { ...present, ...wanted } : { problem };
    },
  );
  return await untilServed(deps.aliases, id, ended);
}

/** What an action wants to be different in the settings that an alias serves. */
function wantedOf(type: string, params: StepCall['params'], { rollout, ...present }: Served): Wanted {
  if (rollout !== undefined)
    return { problem: `it serves ${rollout}: end the weighted rollout first, or roll it back` };
  switch (type) {
    case 'increase_resources': {
      const next = nextSize({ memoryMiB: present.memoryMiB }, params['ladder'] as readonly Size[]);
      return isProblem(next) ? next : { memoryMiB: next.memoryMiB ?? present.memoryMiB };
    }
    case 'adjust_timeout':
      return { timeoutSeconds: Number(params['to']) };
    default: {
      const logLevel = params['logLevel'] as string | undefined;
      if (logLevel !== undefined && present.logLevel === '')
        return { problem: 'the function logs text, and Lambda applies a log level to logs in JSON only' };
      return {
        ...(params['tracing'] === true && { isTraced: true }),
        ...(logLevel !== undefined && { logLevel }),
      };
    }
  }
}

function changed(present: Served, wanted: Wanted): Served | { readonly problem: string } {
  return isProblem(wanted) ? wanted : { ...present, ...wanted };
}

function latestOf(deps: FunctionSettingsDeps, functionName: string): Setting<Served> {
  const look = async () => await settled(deps, functionName);
  return {
    name: `${functionName}:${LATEST}`,
    describe: describeSettings,
    read: async () => {
      const { settings, revision } = await look();
      return { value: settings, token: revision };
    },
    write: async (settings, revision) => {
      const { settings: present } = await look();
      await deps.versions.configure(functionName, changedSettings(present, settings), String(revision));
    },
  };
}

function servedBy(deps: FunctionSettingsDeps, id: string, name: AliasName): Setting<Served> {
  return {
    name: `alias ${id}`,
    describe: describeSettings,
    read: async () => {
      const { pointed, revision } = await readAlias(deps.aliases, name);
      const { settings } = await deps.versions.read(name.functionName, pointed.version);
      const isRollout = Object.keys(pointed.weights).length > 0;
      return {
        value: { ...settings, ...(isRollout && { rollout: describePointer(pointed) }) },
        token: revision,
      };
    },
    write: async (settings, revision) => {
      const { pointer } = await deps.aliases.read(name);
      // It serves $LATEST itself, whose settings are set on their own: moved to a version, it would miss later releases.
      if (pointer.version === LATEST) return;
      const version = (await versionWith(deps, name, settings)) ?? (await published(deps, name, settings));
      await untilServing(deps, name, version);
      await deps.aliases.point(name, { version, weights: {} }, String(revision));
    },
  };
}

/** The newest published version with these settings. */
async function versionWith(
  { versions }: FunctionSettingsDeps,
  { functionName }: AliasName,
  settings: Served,
): Promise<string | undefined> {
  const wanted = settingText(settings);
  const all = await versions.published(functionName);
  return all.findLast((one) => settingText(one.settings) === wanted)?.version;
}

async function published(
  deps: FunctionSettingsDeps,
  { functionName }: AliasName,
  settings: Served,
): Promise<string> {
  const latest = await settled(deps, functionName);
  if (latest.update === 'failed')
    throw new RequestRefused(
      `Lambda could not change ${functionName}: ${latest.reason ?? 'it does not say why'}`,
    );
  // Tried again, the step finds out who has changed it.
  if (settingText(latest.settings) !== settingText(settings))
    throw new ServiceUnavailable(`${functionName}:${LATEST} was changed before it could be published`);
  return await deps.versions.publish(functionName, latest.revision);
}

/** `$LATEST`, once no change of it is being carried out. */
async function settled(deps: FunctionSettingsDeps, functionName: string): Promise<FunctionVersion> {
  return await readUntil(deps, functionName, LATEST, ({ update }) => update !== 'in progress');
}

/** Until then, the version would answer requests with an error. */
async function untilServing(
  deps: FunctionSettingsDeps,
  { functionName }: AliasName,
  version: string,
): Promise<void> {
  const unready = await unreadyVersion(deps, functionName, version);
  if (unready) throw new RequestRefused(`${functionName}: ${unready.why}; the alias stays where it is`);
}
