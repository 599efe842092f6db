import { setTimeout } from 'node:timers/promises';
import type { HostRunner, ManagedNode, ScriptResult, ScriptRun } from '../../../local/ssm/host-runner.ts';

/** A runbook as a host was asked for it. */
export interface RunbookRun {
  readonly instanceId: string;
  /** As strategies call it, such as `start_component`. */
  readonly action: string;
  readonly component: string;
  readonly operationId: string;
  readonly stepId: string;
  readonly fence: number;
  readonly commandId: string;
  readonly atMs: number;
}

/**
 * What a runbook comes to: `succeed` after a moment, `fail` with exit code 1, `hang` until the agent's time-out, `silent`
 * (the agent never reports, not even a time-out; only a cancellation ends it), `vanish` (the node is lost on the way, and
 * stays away), `wait` (succeed, but not before `finish`).
 */
export type Behaviour =
  | 'succeed'
  | 'fail'
  | 'hang'
  | 'silent'
  | 'vanish'
  | 'wait'
  | { readonly takesMs: number /** What the runbook prints. */; readonly answer?: string };

/** By `<instance id> <action>`, by step id or by action; the first that is there counts. Anything else succeeds. */
export type Script = Readonly<Record<string, Behaviour>>;

export interface ScriptedHosts extends HostRunner {
  /** Says what the runbooks of a component come to from now on. */
  readonly script: (component: string, script: Script) => void;
  /** Lets the runbooks of a component end that are waiting for it. */
  readonly finish: (component: string, action: string) => void;
  /** From now on the service is down on these nodes, until it is started there. */
  readonly sicken: (instanceIds: readonly string[]) => void;
  /** Terminates nodes: nobody lists them any longer, and what they are doing never ends. */
  readonly terminate: (instanceIds: readonly string[]) => void;
  /** Takes the agents of nodes out of reach. */
  readonly disconnect: (instanceIds: readonly string[]) => void;
  /** From now on nobody learns which nodes there are: the endpoint answers as if it were broken. */
  readonly break: () => void;
  readonly mend: () => void;
  /** How often nobody learnt it. */
  readonly broken: () => number;
  /** Every request that reached a host, repetitions included. */
  readonly requests: RunbookRun[];
  /** What was done on hosts: at most once for one (instance, operation, step). */
  readonly effects: RunbookRun[];
  /** Requests that hosts refused, since a newer fence had acted. */
  readonly stale: RunbookRun[];
  /** The operations, beyond one, that acted on a component at the same time. */
  readonly overlaps: string[];
}

/** By which hosts go. */
export interface HostTime {
  readonly nowMs: () => number;
  /** Resolves after so long, or once the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const REAL_TIME: HostTime = {
  nowMs: () => Date.now(),
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined),
};

/** Long enough for the command to be visible by the time its status event is handled. */
const USUAL_MS = 350;

/**
 * Hosts in this process that keep the runbooks' promises (the ledger, the fence) and run nothing. The real ones are
 * tried on real hosts by the runbooks' own tests.
 */
export function scriptedHosts(
  nodes: () => ManagedNode[],
  onEffect: (run: RunbookRun) => void,
  time: HostTime = REAL_TIME,
): ScriptedHosts {
  const scripts = new Map<string, Script>();
  const ledger = new Map<string, Promise<ScriptResult>>();
  const fences = new Map<string, number>();
  const acting = new Map<string, Set<string>>();
  const waiting = new Map<string, () => void>();
  const offline = new Set<string>();
  const sick = new Set<string>();
  const terminated = new Set<string>();
  let isBroken = false;
  let refusals = 0;
  const hosts: ScriptedHosts = {
    disconnect: (instanceIds) => {
      for (const instanceId of instanceIds) offline.add(instanceId);
    },
    sicken: (instanceIds) => {
      for (const instanceId of instanceIds) sick.add(instanceId);
    },
    terminate: (instanceIds) => {
      for (const instanceId of instanceIds) terminated.add(instanceId);
    },
    break: () => {
      isBroken = true;
    },
    mend: () => {
      isBroken = false;
    },
    broken: () => refusals,
    requests: [],
    effects: [],
    stale: [],
    overlaps: [],
    script: (component, script) => void scripts.set(component, script),
    finish: (component, action) => waiting.get(`${component}/${action}`)?.(),
    nodes: () => {
      if (!isBroken) return nodes().filter(({ instanceId }) => !terminated.has(instanceId));
      refusals += 1;
      throw new Error('broken');
    },
    reachable: (instanceId) => !offline.has(instanceId) && !terminated.has(instanceId),
    runScript: (instanceId, scriptRun) => {
      const run = runOf(instanceId, scriptRun, time.nowMs());
      hosts.requests.push(run);
      const key = `${instanceId}/${run.operationId}/${run.stepId}`;
      const earlier = ledger.get(key);
      if (earlier) return earlier;
      const fenceKey = `${instanceId}/${run.component}`;
      if (run.fence < (fences.get(fenceKey) ?? 0)) {
        hosts.stale.push(run);
        return Promise.resolve(result(4, `selfheal: STALE_FENCE: fence ${run.fence} is older`));
      }
      fences.set(fenceKey, run.fence);
      hosts.effects.push(run);
      const answer = perform(run, scriptRun);
      ledger.set(key, answer);
      return answer;
    },
  };

  async function perform(run: RunbookRun, { timeoutSeconds, signal }: ScriptRun): Promise<ScriptResult> {
    const operations = acting.get(run.component) ?? new Set();
    acting.set(run.component, operations.add(run.operationId));
    if (operations.size > 1) hosts.overlaps.push(`${run.component}: ${[...operations].join(', ')}`);
    const script = scripts.get(run.component) ?? {};
    const ofNode = script[`${run.instanceId} ${run.action}`];
    const behaviour = ofNode ?? script[run.stepId] ?? script[run.action] ?? 'succeed';
    try {
      if (run.action === 'verify_health' && sick.has(run.instanceId))
        return result(1, `selfheal: UNHEALTHY: ${run.component}.service is inactive`);
      const performed = await act(run, behaviour, timeoutSeconds, signal);
      if (run.action === 'start_component' && performed.exitCode === 0) sick.delete(run.instanceId);
      return performed;
    } finally {
      operations.delete(run.operationId);
    }
  }

  async function act(run: RunbookRun, behaviour: Behaviour, timeoutSeconds: number, signal: AbortSignal) {
    const pause = (ms: number) => time.sleep(ms, signal);
    switch (behaviour) {
      case 'hang':
        await pause(timeoutSeconds * 1_000);
        return { exitCode: null, stdout: '', stderr: '', timedOut: !signal.aborted };
      case 'silent':
        await pause(600_000);
        return { exitCode: null, stdout: '', stderr: '', timedOut: false };
      case 'vanish':
        await pause(USUAL_MS);
        offline.add(run.instanceId);
        throw new Error(`${run.instanceId} is gone`);
      case 'fail':
        await pause(USUAL_MS);
        return result(1, `selfheal: BROKEN: ${run.action} cannot be done here`);
      case 'wait':
        await new Promise<void>((finish) => {
          waiting.set(`${run.component}/${run.action}`, finish);
          signal.addEventListener('abort', () => finish(), { once: true });
        });
        onEffect(run);
        return result(0, '');
      default:
        await pause(behaviour === 'succeed' ? USUAL_MS : behaviour.takesMs);
        onEffect(run);
        return {
          ...result(0, ''),
          ...(behaviour !== 'succeed' &&
            behaviour.answer !== undefined && { stdout: `${behaviour.answer}\n` }),
        };
    }
  }
  return hosts;
}

function result(exitCode: number, stderr: string): ScriptResult {
  return { exitCode, stdout: exitCode === 0 ? '{"done":true}\n' : '', stderr, timedOut: false };
}

/** The parameters are in the script's last lines, where the runbook itself finds them. */
function runOf(instanceId: string, { script, commandId, stepName }: ScriptRun, atMs: number): RunbookRun {
  const [, given = ''] = script.split('#SELFHEAL-PARAMETERS\n');
  const parameters = new Map(
    given.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const parameter = (name: string) => parameters.get(name) ?? '';
  return {
    instanceId,
    action: stepName,
    component: parameter('component'),
    operationId: parameter('operationId'),
    stepId: parameter('stepId'),
    fence: Number(parameter('fence')),
    commandId,
    atMs,
  };
}
