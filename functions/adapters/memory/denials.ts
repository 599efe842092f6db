import { DENIAL_REPEATS_AFTER_MS, type Denial, type DenialRecord } from '../../core/denial.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { frozen } from './frozen.ts';

/** Missing permissions in memory. */
export function createDenials(): Pick<OperationStore, 'noteDenial' | 'listDenials' | 'noteDenialNotified'> {
  const denials = new Map<string, DenialRecord>();
  return {
    noteDenial: async (denial, atMs) => {
      const known = denials.get(denialId(denial));
      if (known && known.notedAtMs >= atMs - DENIAL_REPEATS_AFTER_MS) return;
      denials.set(denialId(denial), frozen({ ...denial, notedAtMs: atMs }));
    },

    listDenials: async () => [...denials].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, denial]) => denial),

    noteDenialNotified: async (denial, atMs) => {
      const known = denials.get(denialId(denial));
      if (known) denials.set(denialId(denial), frozen({ ...known, notifiedAtMs: atMs }));
    },
  };
}

function denialId({ action, role = 'unknown' }: Denial): string {
  return `${role}#${action}`;
}
