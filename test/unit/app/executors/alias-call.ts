import { begin } from '../../../../functions/app/executors/lambda-alias.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { stepCall } from './step-call.ts';

const TEXT_LOGS = { memoryMiB: 128, timeoutSeconds: 3, isTraced: false, logLevel: '', rest: 'code 1' };
const LATER = { ...TEXT_LOGS, rest: 'code 2' };

/** What Lambda says of the alias and its function. */
export interface Place {
  readonly pointer?: object;
  readonly requested?: number | null;
  readonly reserved?: number | null;
  readonly latest?: object;
  /** By version. */
  readonly states?: Readonly<Record<string, object>>;
  /** How many reads Lambda needs to prepare a version, or to change the settings. */
  readonly preparedAfter?: number;
}

/** Begins a step on an alias that serves the second of two versions, and lists what it asks Lambda for. */
export async function begun(type: string, given: Parameters<typeof stepCall>[0], place: Place = {}) {
  const { pointer = { version: '2', weights: {} }, requested = null, preparedAfter = 0 } = place;
  const asked: unknown[] = [];
  let current = pointer as { readonly version: string; readonly weights: object };
  let latest = { settings: LATER, revision: 'r1', state: 'Active', update: 'done', ...place.latest };
  const versions = [TEXT_LOGS, LATER].map((settings, index) => ({ version: `${index + 1}`, settings }));
  let reads = 0;
  const sleeps: number[] = [];
  const noting =
    (what: string) =>
    async (...values: readonly unknown[]) =>
      void asked.push([what, ...values.slice(1)]);
  const deps = {
    clock: { nowMs: () => NOON, sleep: async (ms: number) => void sleeps.push(ms) },
    aliases: {
      read: async () => ({ pointer: current, revision: 'alias 1' }),
      provisioned: async () => ({ requested }),
      reserved: async () => place.reserved ?? null,
      ...{ reserve: noting('reserve'), provision: noting('provision') },
      point: async (_: unknown, to: typeof current, revision: string) => {
        asked.push(['point', to, revision]);
        current = to;
      },
    },
    versions: {
      read: async (_: string, version: string) => {
        reads += 1;
        const isPrepared = reads > preparedAfter;
        if (version === '$LATEST') return { ...latest, ...(!isPrepared && { update: 'in progress' }) };
        const { settings } = versions.find((one) => one.version === version) ?? {};
        const state = isPrepared ? 'Active' : 'Pending';
        return { settings, revision: version, state, update: 'done', ...place.states?.[version] };
      },
      published: async () => versions,
      configure: async (_: string, settings: object, revision: string) => {
        asked.push(['configure', settings, revision]);
        latest = { ...latest, settings: { ...latest.settings, ...settings }, revision: 'r2' };
      },
      publish: async (_: string, revision: string) => {
        asked.push(['publish', revision]);
        versions.push({ version: '3', settings: latest.settings });
        return '3';
      },
    },
  };
  const { call, kept } = stepCall(given);
  const answer = await begin(deps as never, type, 'orders:live', call).catch((error: Error) => error);
  return { answer, asked, kept, sleeps };
}
