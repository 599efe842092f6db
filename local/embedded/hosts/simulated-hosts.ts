import type { HostRunner, ManagedNode, ScriptResult, ScriptRun } from '../../ssm/host-runner.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';

/** A request for a runbook, as a host receives it. */
export interface RunbookRequest {
  readonly instanceId: string;
  /** As strategies call it, such as `start_component`. */
  readonly action: string;
  readonly component: string;
  readonly operationId: string;
  readonly stepId: string;
  readonly fence: number;
  /** All parameters of the document. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The outcome of a runbook. */
export interface RunbookPerformance {
  readonly takesMs: number;
  /** @default 0 */
  readonly exitCode?: number;
  /** The last line: on stdout if it succeeds, else on stderr. */
  readonly word?: string;
}

/** One time that a runbook really acted on a host. */
export interface HostEffect extends Omit<RunbookRequest, 'parameters'> {
  readonly startMs: number;
}

export interface SimulatedHosts extends HostRunner {
  /** Every effect on any host, in order. */
  readonly effects: () => readonly HostEffect[];
  /** Puts a host's agent out of reach, or back in reach. What runs on the host goes on. */
  readonly setReachable: (instanceId: string, isReachable: boolean) => void;
  /** Cuts the power until the host is up again: what runs is lost, what is on disk stays. */
  readonly crash: (instanceId: string, forMs?: number) => void;
  /** Terminates a host; another one, with an empty disk, takes its place. */
  readonly replace: (instanceId: string, successor: ManagedNode) => void;
  /** Loses a host's ledger and fences. */
  readonly loseDisk: (instanceId: string) => void;
}

export interface SimulatedHostsOptions {
  readonly clock: EmbeddedClock;
  readonly nodes: readonly ManagedNode[];
  /** Carries out a runbook; called once it is sure that this is neither repeated nor overtaken. */
  readonly perform: (request: RunbookRequest) => RunbookPerformance;
  /** Called when a runbook has done its work. */
  readonly onDone?: (request: RunbookRequest, performance: RunbookPerformance) => void;
}

interface Host {
  readonly node: ManagedNode;
  readonly ledger: Map<string, 'started' | ScriptResult>;
  readonly fences: Map<string, number>;
  /** The last runbook that acts, or waits to act, on a component. */
  readonly locks: Map<string, Promise<unknown>>;
  readonly running: Set<() => void>;
  isReachable: boolean;
  /** How many power cuts are not over yet; without any, the host is up. */
  powerCuts: number;
  /** No longer listed. */
  isTerminated: boolean;
}

/** How long a host takes to come back by default. */
const BOOT_MS = 30_000;

/** Runbooks that change nothing: they may run again, and don't make others wait. */
const READS_ONLY = new Set(['verify_health', 'verify_config', 'verify_containment']);

/**
 * Hosts that keep the runbooks' promises, as infra/runbooks/lib does on real ones: a ledger that answers a repeated
 * request with the first one's result, a fence for each component, one runbook at a time on a component.
 */
export function createSimulatedHosts(options: SimulatedHostsOptions): SimulatedHosts {
  const hosts = new Map(options.nodes.map((node) => [node.instanceId, newHost(node)]));
  const effects: HostEffect[] = [];
  const find = (instanceId: string): Host => {
    const host = hosts.get(instanceId);
    if (host === undefined) throw new Error(`host ${instanceId} is gone`);
    return host;
  };
  const acted = ({ parameters: _parameters, ...request }: RunbookRequest) => {
    effects.push({ ...request, startMs: options.clock.nowMs() });
  };
  return {
    nodes: () => [...hosts.values()].filter((host) => !host.isTerminated).map(({ node }) => node),
    reachable: (instanceId) => {
      const host = hosts.get(instanceId);
      return host?.powerCuts === 0 && host.isReachable;
    },
    runScript: (instanceId, run) => runOnHost(options, find(instanceId), run, acted),
    effects: () => effects,
    setReachable: (instanceId, isReachable) => {
      find(instanceId).isReachable = isReachable;
    },
    crash: (instanceId, forMs = BOOT_MS) => {
      const host = find(instanceId);
      cutPower(host);
      options.clock.after(forMs, () => {
        host.powerCuts -= 1;
      });
    },
    replace: (instanceId, successor) => {
      const host = find(instanceId);
      cutPower(host);
      host.isTerminated = true;
      hosts.set(successor.instanceId, newHost(successor));
    },
    loseDisk: (instanceId) => {
      const host = find(instanceId);
      host.ledger.clear();
      host.fences.clear();
    },
  };
}

function cutPower(host: Host): void {
  host.powerCuts += 1;
  for (const lose of [...host.running]) lose();
}

function newHost(node: ManagedNode): Host {
  return {
    node,
    ledger: new Map(),
    fences: new Map(),
    locks: new Map(),
    running: new Set(),
    isReachable: true,
    powerCuts: 0,
    isTerminated: false,
  };
}

/** A script that runs on a host, until it ends or is killed. */
class Process {
  readonly #onOver: (() => void)[] = [];
  isOver = false;

  end(): void {
    this.isOver = true;
    for (const tell of this.#onOver.splice(0)) tell();
  }

  /** Resolves after this long, or as soon as the process is over. */
  sleep(clock: EmbeddedClock, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.isOver) return resolve();
      const timer = clock.after(milliseconds, resolve);
      this.#onOver.push(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}

/** Resolves when the script has ended or was killed. Rejects if the host crashes, or is down. */
function runOnHost(
  options: SimulatedHostsOptions,
  host: Host,
  run: ScriptRun,
  acted: (request: RunbookRequest) => void,
): Promise<ScriptResult> {
  return new Promise((resolve, reject) => {
    if (host.powerCuts > 0) return reject(new Error(`host ${host.node.instanceId} is down`));
    const process = new Process();
    const over = (settle: () => void) => {
      if (process.isOver) return;
      process.end();
      timeout.cancel();
      host.running.delete(lose);
      settle();
    };
    const killed = (timedOut: boolean) => () =>
      over(() => resolve({ exitCode: null, stdout: '', stderr: '', timedOut }));
    const lose = () => over(() => reject(new Error(`host ${host.node.instanceId} was lost on the way`)));
    const timeout = options.clock.after(run.timeoutSeconds * 1_000, killed(true));
    run.signal.addEventListener('abort', killed(false), { once: true });
    host.running.add(lose);
    carryOut(options, host, requestOf(host, run), process, acted).then(
      (result) => over(() => resolve(result)),
      reject,
    );
  });
}

async function carryOut(
  options: SimulatedHostsOptions,
  host: Host,
  request: RunbookRequest,
  process: Process,
  acted: (request: RunbookRequest) => void,
): Promise<ScriptResult> {
  const { component, action, fence, operationId, stepId } = request;
  const entry = `${operationId}/${stepId}`;
  const isReading = READS_ONLY.has(action);
  const killed = failed(137, 'KILLED', 'the runbook was killed');
  return await inLine(host, isReading ? `${component} ${entry}` : component, async () => {
    if (process.isOver) return killed;
    const known = host.ledger.get(entry);
    if (known !== undefined && known !== 'started') return known;
    if (known === 'started' && !isReading)
      return failed(3, 'INTERRUPTED', `${stepId} of ${operationId} was cut short`);
    const highest = host.fences.get(component) ?? 0;
    if (fence < highest) return failed(2, 'STALE_FENCE', `fence ${fence} is older than ${highest}`);
    host.fences.set(component, fence);
    host.ledger.set(entry, 'started');
    if (!isReading) acted(request);
    const performance = options.perform(request);
    await process.sleep(options.clock, performance.takesMs);
    // A killed runbook leaves its entry as it is: begun, and never ended.
    if (process.isOver) return killed;
    const result = resultOf(performance);
    host.ledger.set(entry, result);
    options.onDone?.(request, performance);
    return result;
  });
}

function resultOf({ exitCode = 0, word }: RunbookPerformance): ScriptResult {
  return exitCode === 0
    ? { exitCode, stdout: `${word ?? '{}'}\n`, stderr: '', timedOut: false }
    : { exitCode, stdout: '', stderr: `${word ?? 'selfheal: FAILED: as it was to'}\n`, timedOut: false };
}

/** One after the other, in order of arrival. */
async function inLine<Result>(host: Host, key: string, work: () => Promise<Result>): Promise<Result> {
  const before = host.locks.get(key) ?? Promise.resolve();
  const mine = before.then(work);
  const settled = mine.catch(() => undefined);
  host.locks.set(key, settled);
  try {
    return await mine;
  } finally {
    if (host.locks.get(key) === settled) host.locks.delete(key);
  }
}

function failed(exitCode: number, code: string, problem: string): ScriptResult {
  return { exitCode, stdout: '', stderr: `selfheal: ${code}: ${problem}\n`, timedOut: false };
}

function requestOf(host: Host, run: ScriptRun): RunbookRequest {
  const parameters = Object.fromEntries(
    Object.entries(run.parameters ?? {}).map(([name, values]) => [name, values[0] ?? '']),
  );
  const { component = '', operationId = '', stepId = '', fence = '0' } = parameters;
  return {
    instanceId: host.node.instanceId,
    action: (run.documentName ?? '').replace(/^selfheal-/, '').replaceAll('-', '_'),
    component,
    operationId,
    stepId,
    fence: Number(fence),
    parameters,
  };
}
