import { NOT_APPLICABLE } from '../cause-rule.ts';
import type { KernelLook } from './kernel-look.ts';
import { type KernelRule, secondsText, verdictOf } from './kernel-rule.ts';

// Judgement, not measurements.
const THROTTLED_PERCENT = 10;
/** Of the look: threads of a busy host always wait a little. */
const WAITED_SHARE = 0.05;
const HOST_BUSY_PERCENT = 80;
const STOLEN_PERCENT = 10;
const OWN_SHARE = 0.5;

/** Its own quota holds it back. */
const throttled: KernelRule = {
  code: 'CPU_THROTTLED',
  remedy: 'raise its CPUQuota, as `increase_resources` does, or give it less to do',
  judge: ({ throttledPercent, throttledMs = 0, quotaPercent }) => {
    if (throttledPercent === undefined) return NOT_APPLICABLE;
    const quota = quotaPercent === undefined ? 'a quota' : `a quota of ${quotaPercent} % of a CPU`;
    return verdictOf(
      throttledPercent >= THROTTLED_PERCENT,
      `${quota} held it back in ${throttledPercent} % of the periods, for ${secondsText(throttledMs)}`,
    );
  },
};

/** Others have the CPUs that it waits for. */
const starved: KernelRule = {
  code: 'CPU_STARVED',
  remedy: 'find what else uses the CPUs of the host, or move the component',
  judge: (look) => {
    const { cpuMs, hostCpuPercent, hostStealPercent, cpus } = look;
    const isStolen = hostStealPercent >= STOLEN_PERCENT;
    const stolen = isStolen ? `, and the hypervisor gave ${hostStealPercent} % to others` : '';
    return verdictOf(
      hasWaited(look) &&
        waitedMs(look) > cpuMs &&
        (isStolen || hostCpuPercent >= HOST_BUSY_PERCENT) &&
        ownShare(look) < OWN_SHARE,
      `its threads had a CPU for ${secondsText(cpuMs)} and waited ${secondsText(waitedMs(look))} for one; the host’s ${cpus} CPUs were ${hostCpuPercent} % busy, ${ownPercent(look)} % of that with it${stolen}`,
    );
  },
};

/** It uses most of the host's CPUs itself, and needs more. */
const saturated: KernelRule = {
  code: 'CPU_SATURATED',
  remedy: 'scale the component, or find out what it computes',
  judge: (look) =>
    verdictOf(
      hasWaited(look) && look.hostCpuPercent >= HOST_BUSY_PERCENT && ownShare(look) >= OWN_SHARE,
      `the host’s ${look.cpus} CPUs were ${look.hostCpuPercent} % busy, ${ownPercent(look)} % of that with it, and its threads waited ${secondsText(waitedMs(look))} for more`,
    ),
};

/** Without what its quota makes it wait: an idle host would not shorten that. */
function waitedMs({ runDelayMs, throttledMs = 0 }: KernelLook): number {
  return Math.max(0, runDelayMs - throttledMs);
}

function hasWaited(look: KernelLook): boolean {
  return waitedMs(look) >= WAITED_SHARE * look.milliseconds;
}

/** Of the CPU time that the host has spent, 0 to 1. */
function ownShare({ cpuMs, hostCpuPercent, cpus, milliseconds }: KernelLook): number {
  const spentMs = (milliseconds * cpus * hostCpuPercent) / 100;
  return spentMs === 0 ? 0 : Math.min(1, cpuMs / spentMs);
}

function ownPercent(look: KernelLook): number {
  return Math.round(100 * ownShare(look));
}

export const CPU_RULES: readonly KernelRule[] = [throttled, starved, saturated];
