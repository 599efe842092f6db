import { type ActInput, act } from '../../../functions/app/heal/act.ts';
import { prepareRollback } from '../../../functions/app/heal/prepare-rollback.ts';
import { reconcileStep } from '../../../functions/app/recover/reconcile-step.ts';
import { settleStep } from '../../../functions/app/recover/settle-step.ts';
import { triage } from '../../../functions/app/triage/triage.ts';
import type { Operation, StepId, StepRecord } from '../../../functions/core/operation/operation.ts';
import type { NamedStep } from '../../../functions/core/operation/step-admission.ts';
import type { VirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { type InterceptCall, Sandbox } from '../../../local/embedded/lambda/sandbox.ts';
import type { Random } from '../../../local/embedded/random/seeded-random.ts';
import { signalEvent } from '../../factories/events/selfheal-event.ts';
import { createWorld, type World } from '../../factories/ports/world.ts';

type Deps = Omit<World, 'clock'> & { readonly clock: VirtualClock };

/** How the state machine retries: infra/workflow/heal.asl.json. */
const RETRIES = { heal: 4, rollback: 16, prepare: 200 };
const RETRIED = new Set([
  'ServiceUnavailable',
  'StoreUnavailable',
  'Runtime.ExitError',
  'ActionsStillRunning',
]);
const PAUSE_MS = 2_000;
/** How long an operation waits for a step at most, in rounds of the reconciler: longer than any time-out here. */
const ROUNDS = 60;
const ROUND_MS = 20_000;

/** How a step ended, as the state machine sees it. */
export type StepAnswer = 'succeeded' | 'failed' | 'never answered';

/**
 * One operation on the component `web`: the functions of the engine, with the state machine's retries, the events and
 * the reconciler around them. Functions run in sandboxes that may crash at any call.
 */
export class OperationRun {
  readonly #deps: Deps;
  readonly #random: Random;
  readonly #intercepts: (count: number) => readonly InterceptCall[];
  #operation: Operation | undefined;
  #tokens = 0;

  /** @param intercepts for the sandboxes of one invocation, which run at the same time */
  constructor(deps: Deps, random: Random, intercepts: (count: number) => readonly InterceptCall[]) {
    this.#deps = deps;
    this.#random = random;
    this.#intercepts = intercepts;
  }

  async admit(alert: Readonly<Record<string, unknown>> = {}): Promise<Operation> {
    const decision = await triage(this.#deps, signalEvent({ component: 'web', metric: 'memory', ...alert }));
    if (decision.decision !== 'heal') throw new Error(`not admitted: ${JSON.stringify(decision)}`);
    this.#operation = await this.#deps.store.getOperation(decision.operationId);
    return this.operation;
  }

  get operation(): Operation {
    if (!this.#operation) throw new Error('the operation is not admitted');
    return this.#operation;
  }

  /** Carries out a heal step or an undo step until the execution has an answer. */
  async perform(step: NamedStep): Promise<StepAnswer> {
    const retries = step.stepId.startsWith('heal') ? RETRIES.heal : RETRIES.rollback;
    for (let attempt = 0, waits = 0; attempt - waits <= retries; attempt += 1) {
      this.#tokens += 1;
      const { operationId, component, fence } = this.operation;
      const input = { operationId, component, fence, step, attempt, taskToken: `token-${this.#tokens}` };
      const error = await this.#begin(input);
      const answer = error === undefined ? await this.#answerOf(input) : undefined;
      // Retried apart from all others.
      if (answer === 'target busy' || error === 'TargetBusy') waits += 1;
      else if (answer !== undefined) return answer;
      else if (error !== undefined && !RETRIED.has(error)) return 'failed';
      await this.#deps.clock.advance(PAUSE_MS);
    }
    return 'failed';
  }

  /** @returns the undo steps, or the error that the state machine could not get past */
  async prepareRollback(): Promise<readonly NamedStep[] | string> {
    let steps: readonly NamedStep[] = [];
    let error: string | undefined;
    for (let attempt = 0; attempt <= RETRIES.prepare; attempt += 1) {
      const failure = { error: 'NotRecovered', cause: 'the component is as before' };
      const { operationId } = this.operation;
      error = await this.#invoke('prepare-rollback', async (deps) => {
        ({ steps } = await prepareRollback(deps, { operationId, failure }));
      });
      if (error === undefined) return steps;
      if (!RETRIED.has(error)) return error;
      await this.#deps.clock.advance(15_000);
    }
    return error ?? 'never prepared';
  }

  async record(stepId: StepId): Promise<StepRecord | undefined> {
    return await this.#deps.store.getStep(this.operation.operationId, stepId);
  }

  /** Lambda may be asked twice for one state. */
  async #begin(input: ActInput): Promise<string | undefined> {
    const times = this.#random() < 0.1 ? 2 : 1;
    return await this.#invoke('act', (deps) => act(deps, input), times);
  }

  /** Events come, or don't; the reconciler comes every minute. */
  async #answerOf({ taskToken, step, component }: ActInput): Promise<StepAnswer | 'target busy'> {
    const { clock, tokens, store } = this.#deps;
    for (let round = 0; round < ROUNDS; round += 1) {
      const completed = tokens.completed.find((completion) => completion.taskToken === taskToken);
      if (completed && 'output' in completed) return 'succeeded';
      if (completed) return completed.error === 'TargetBusy' ? 'target busy' : 'failed';
      await clock.advance(ROUND_MS);
      const reference = (await this.record(step.stepId))?.reference;
      // The end of anything but a command wakes the reconciler.
      if (reference && this.#random() < 0.5 && reference.executor === 'run_command')
        await this.#invoke('command-status', (deps) => settleStep(deps, reference));
      const claim = await store.getClaim(component);
      if (claim && round % 3 === 2)
        await this.#invoke('reconcile', (deps) => reconcileStep(deps, { ...claim, component }));
    }
    return 'never answered';
  }

  /** @returns the name of the error with which the function failed, the first time that it was invoked */
  async #invoke(
    name: string,
    work: (deps: Deps) => Promise<unknown>,
    times = 1,
  ): Promise<string | undefined> {
    let isOver = false;
    const answers = Promise.all(
      this.#intercepts(times).map((intercept) => this.#inSandbox(new Sandbox(name, intercept), work)),
    );
    const [answer] = await Promise.all([
      answers.finally(() => {
        isOver = true;
      }),
      // Functions wait by the virtual clock, too.
      this.#deps.clock.runUntilIdle(60_000, () => isOver),
    ]);
    return answer[0];
  }

  #inSandbox(sandbox: Sandbox, work: (deps: Deps) => Promise<unknown>): Promise<string | undefined> {
    const crashed = new Promise<string>((resolve) => sandbox.begin(() => resolve('Runtime.ExitError')));
    const ended = work(sandbox.guard(this.#deps)).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof Error) return error.name;
        throw error;
      },
    );
    return Promise.race([ended, crashed]);
  }
}

/** Everything that the use cases ask for, with the ports of a service in place of the fakes. */
export function depsOf(
  configuration: World['configuration'],
  clock: VirtualClock,
  ports: Partial<World> | object,
): Deps {
  return { ...createWorld(configuration), ...ports, clock };
}
