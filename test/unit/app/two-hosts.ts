import { act } from '../../../functions/app/heal/act.ts';
import { diagnoseOperation } from '../../../functions/app/heal/diagnose.ts';
import { commandStatus } from '../../../functions/app/recover/command-status.ts';
import type { TargetHealth } from '../../../functions/core/operation/layout.ts';
import type { StepId } from '../../../functions/core/operation/operation.ts';
import { configured, withMemoryAlarm } from '../../factories/configuration.ts';
import { node, type SentCommand } from '../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, inputOf } from '../../factories/ports/world.ts';

export const A = 'i-0123456789abcdefa';
export const B = 'i-0123456789abcdefb';

interface Given {
  /** What a look finds; `unknown` leaves it without an answer. */
  readonly health?: Readonly<Record<string, TargetHealth>>;
  readonly component?: Readonly<Record<string, unknown>>;
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly signal?: Readonly<Record<string, unknown>>;
}

/** An admitted operation on a component with the hosts A and B, which are stopped and started one after the other. */
export async function twoHosts({ health = {}, component = {}, strategy = {}, signal = {} }: Given = {}) {
  const actions = [{ type: 'graceful_stop' }, { type: 'start_component' }];
  const world = createWorld(
    configured({
      components: { web: withMemoryAlarm({ targets: { instanceIds: [A, B] }, ...component }) },
      strategies: [{ actions, ...strategy }],
    }),
  );
  const { runbooks } = world;
  const found = new Map<string, TargetHealth>(Object.entries({ [A]: 'unknown', [B]: 'unknown', ...health }));
  runbooks.nodes = [node(A), node(B)];
  const { listInvocations, resolveTargets } = runbooks;
  Object.assign(runbooks, {
    resolveTargets: async (selector: { readonly instanceIds?: readonly string[] }) =>
      (await resolveTargets(selector as never)).filter(
        ({ instanceId }) => selector.instanceIds?.includes(instanceId) ?? true,
      ),
    listInvocations: async (commandId: string) => {
      const look = looks().find((sent) => sent.commandId === commandId);
      if (!look) return await listInvocations(commandId);
      return look.instanceIds.flatMap((instanceId) => answerOf(instanceId, found.get(instanceId)));
    },
  });
  const looks = () => runbooks.sent.filter(isLook);
  const operation = await admitted(world, signal);
  const { operationId } = operation;
  return {
    world,
    operation,
    found,
    looks,
    /** Commands that act, as `document: hosts`. */
    acted: () =>
      runbooks.sent
        .filter((sent) => !isLook(sent))
        .map(
          ({ document, instanceIds }) => `${document.replace('selfheal-', '')}: ${instanceIds.join(', ')}`,
        ),
    lies: (...ids: readonly string[]) => {
      runbooks.nodes = [A, B].map((id) => node(id, { online: !ids.includes(id) }));
    },
    leaves: (...ids: readonly string[]) => {
      runbooks.nodes = runbooks.nodes.filter(({ instanceId }) => !ids.includes(instanceId));
    },
    diagnose: () => diagnoseOperation(world, operation),
    step: (stepId: StepId, attempt = 0) =>
      act(world, { ...inputOf(operation, `token-${stepId}`), step: { stepId }, attempt }),
    /** The newest command ends so on every host, and its event comes. */
    ends: async (status: string, invocations?: Parameters<typeof runbooks.ends>[1]) => {
      const hosts = runbooks.sent.at(-1)?.instanceIds ?? [];
      const { commandId, document } = runbooks.ends(
        status,
        invocations ?? hosts.map((instanceId) => ({ instanceId })),
      );
      await commandStatus(world, { commandId, document, status });
    },
    record: (stepId: StepId) => world.store.getStep(operationId, stepId),
    stored: () => world.store.getOperation(operationId),
  };
}

function isLook({ comment }: SentCommand): boolean {
  return / look-\d+$/.test(comment);
}

function answerOf(instanceId: string, health: TargetHealth | undefined) {
  if (health === 'healthy') return [{ instanceId, status: 'Success', output: '' }];
  const output = 'selfheal: UNHEALTHY: nginx.service is not active';
  return health === 'unhealthy' ? [{ instanceId, status: 'Failed', output }] : [];
}
