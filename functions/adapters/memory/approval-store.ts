import type { ApprovalStore, LinkUse } from '../../ports/approvals.ts';

const MINUTE_MS = 60_000;

/** Used links and refused attempts in this process. */
export function createMemoryApprovalStore(): ApprovalStore {
  const used = new Set<string>();
  const links = new Map<string, LinkUse & { readonly isSent: boolean }>();
  const attempts = new Map<number, number>();
  return {
    takeLink: async (id, use) => {
      const taken = links.get(id) ?? { ...use, isSent: false };
      links.set(id, taken);
      return taken;
    },
    noteLinkSent: async (id) => {
      const taken = links.get(id);
      if (taken) links.set(id, { ...taken, isSent: true });
    },
    useOnce: async (id) => {
      const isFirst = !used.has(id);
      used.add(id);
      return isFirst;
    },
    countAttempt: async (atMs) => {
      const minute = Math.floor(atMs / MINUTE_MS);
      const count = (attempts.get(minute) ?? 0) + 1;
      attempts.set(minute, count);
      return count;
    },
  };
}
