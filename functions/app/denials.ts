import { type Denial, type DenialRecord, describeDenial } from '../core/denial.ts';
import type { Notification, Notifier } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import { NotPermitted, ServiceError } from '../ports/errors.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { Round } from './recover/round.ts';

export interface DenialDeps {
  readonly store: Pick<OperationStore, 'noteDenial'>;
  /**
   * Notifies the architect at once if the denial can't be noted.
   * @default no notification: the function's failure rings its alarm
   */
  readonly notifier?: Notifier;
  readonly clock: Clock;
}

/** What this instance of the function has notified, and the table does not say so: nothing else keeps it from repeating that. */
const notifiedHere = new WeakMap<Notifier, Set<string>>();

/**
 * Runs a part of a use case. A missing permission is noted, so that the reconciler notifies the architect of it once,
 * and is then thrown as before.
 */
export async function notingDenials<Result>(deps: DenialDeps, part: () => Promise<Result>): Promise<Result> {
  try {
    return await part();
  } catch (error) {
    if (error instanceof NotPermitted) await noteDenial(deps, error.denial);
    throw error;
  }
}

/**
 * The same port, with each missing permission noted, whatever the caller makes of the error: a step may fail without its
 * operation, and a command that cannot be cancelled may turn out to be over.
 */
export function notingPort<Port extends object>(deps: DenialDeps, port: Port): Port {
  return new Proxy({} as Port, {
    get: (_, name) => {
      const method: unknown = Reflect.get(port, name);
      if (typeof method !== 'function') return method;
      return (...args: readonly unknown[]) =>
        notingDenials(deps, async () => (await Reflect.apply(method, port, args)) as unknown);
    },
  });
}

/** The same dependencies, with each missing permission noted that a call of one of these ports lacks. */
export function notingPorts<Deps extends DenialDeps>(deps: Deps, ports: readonly (keyof Deps)[]): Deps {
  const noting = ports.map((port) => [port, notingPort(deps, deps[port] as object)] as const);
  return { ...deps, ...Object.fromEntries(noting) };
}

export async function noteDenial(deps: DenialDeps, denial: Denial): Promise<void> {
  try {
    await deps.store.noteDenial(denial, deps.clock.nowMs());
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (!deps.notifier) return;
    await notifyHere(deps.notifier, denial);
    if (error instanceof NotPermitted) await notifyHere(deps.notifier, error.denial);
  }
}

async function notifyHere(notifier: Notifier, denial: Denial): Promise<void> {
  try {
    await notifyOnce(notifier, denial);
  } catch (error) {
    // The original error names the permission as well, and fails the function.
    if (!(error instanceof ServiceError)) throw error;
  }
}

async function notifyOnce(notifier: Notifier, denial: Denial): Promise<void> {
  const notified = notifiedBy(notifier);
  const what = describeDenial(denial);
  if (notified.has(what)) return;
  await notifier.notify(denialNotification(denial));
  notified.add(what);
}

function notifiedBy(notifier: Notifier): Set<string> {
  const notified = notifiedHere.get(notifier) ?? new Set<string>();
  notifiedHere.set(notifier, notified);
  return notified;
}

/**
 * Notifies the architect of each missing permission that was noted and not yet reported: once, even if it is not permitted
 * to note that, and then of that as well.
 */
export async function notifyDenials(
  deps: DenialDeps & {
    readonly store: Pick<OperationStore, 'listDenials' | 'noteDenialNotified'>;
    readonly notifier: Notifier;
  },
  round: Round,
): Promise<void> {
  let denials: readonly DenialRecord[] = [];
  await round.attempt('missing permissions', async () => {
    denials = await listedDenials(deps);
    return [];
  });
  for (const denial of denials.filter(({ notifiedAtMs }) => notifiedAtMs === undefined)) {
    await round.attempt(describeDenial(denial), async () => {
      await notingDenials(deps, async () => {
        await notifyOnce(deps.notifier, denial);
        await deps.store.noteDenialNotified(denial, deps.clock.nowMs());
      });
      notifiedBy(deps.notifier).delete(describeDenial(denial));
      return [`notified the architect of a ${describeDenial(denial)}`];
    });
  }
}

/** A function that lacks the permission to read the noted denials notifies the architect of that at once. */
async function listedDenials({
  store,
  notifier,
}: {
  readonly store: Pick<OperationStore, 'listDenials'>;
  readonly notifier: Notifier;
}): Promise<readonly DenialRecord[]> {
  try {
    return await store.listDenials();
  } catch (error) {
    if (error instanceof NotPermitted) await notifyHere(notifier, error.denial);
    throw error;
  }
}

function denialNotification(denial: Denial): Notification {
  const { action, resource, role } = denial;
  const message = [
    `Selfheal lacks a permission. ${describeDenial(denial)}.`,
    'Until it is granted, every call that needs it fails. No repair is undone because of it.',
    'Deploy the stacks again, or find the policy that denies it: a service control policy, a permissions boundary, an endpoint policy.',
  ].join(' ');
  return {
    topic: 'architect',
    subject: `Selfheal lacks a permission: ${action}`,
    body: { kind: 'permission-missing', message, action, resource, role },
  };
}
