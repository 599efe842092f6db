import { deployPolling } from './alternative/deploy-polling.ts';
import { pollOnce } from './alternative/poll-once.ts';
import {
  benchLandscape,
  componentNames,
  type HealPlan,
  RUNBOOK_TIMES,
  WAVE_COMPONENTS,
} from './bench-landscape.ts';
import type { Counts, Figures } from './figures.ts';
import { type Heal, healOnce, recoverOnce } from './heal-once.ts';
import { idleReconcile } from './idle-reconcile.ts';
import { type MeasuredCloud, startMeasuredCloud } from './measured-cloud.ts';
import { runWave, type WaveResult } from './wave.ts';

export interface HealResults {
  readonly stableSeconds: number;
  readonly cold: readonly Heal[];
  readonly warm: readonly Heal[];
  /** Of a component with configuration files, which are kept as a verified version after the heal. */
  readonly keeping: Heal;
  /** The third action fails, the others are undone, people are notified. */
  readonly failing: Heal;
  readonly polling: readonly Figures[];
  /** The alarm's event that it is OK again, which is not part of the heal. */
  readonly recovery: Counts;
  /** One run of the reconciler while nothing is sick. */
  readonly idleReconcile: Counts;
  readonly waves: readonly WaveResult[];
}

/** Heals on MiniStack, one after another, with runs of the polling loop in between, so that both see the same machine. */
export async function measureHeals(plan: HealPlan, progress: (line: string) => void): Promise<HealResults> {
  const measured = await startMeasuredCloud(benchLandscape(plan), progress);
  try {
    return await measureOn(measured, plan, progress);
  } finally {
    await measured.stop();
  }
}

async function measureOn(
  measured: MeasuredCloud,
  plan: HealPlan,
  progress: (line: string) => void,
): Promise<HealResults> {
  const { hosts, landscape } = measured;
  const heal = async (component: string): Promise<Heal> => {
    const healed = await healOnce(measured, component);
    progress(`${component}: ${healed.state}, engine ${healed.times.engineMs} ms`);
    return healed;
  };
  for (const component of Object.keys(benchLandscape(plan).components))
    hosts.script(component, RUNBOOK_TIMES);
  hosts.script('failing', { ...RUNBOOK_TIMES, 'heal-2': 'fail' });
  progress(
    `${landscape.nodes.length} nodes; each heal waits ${plan.stableSeconds} s for its recovery to hold`,
  );

  const cold: Heal[] = [];
  for (const component of componentNames('cold', plan.coldHeals)) {
    await measured.chill();
    cold.push(await heal(component));
  }
  const loop = await deployPolling(measured.cloud, measured.sfn);
  try {
    const polled = componentNames('polled', plan.pollingRuns);
    const warm: Heal[] = [];
    const polling: Figures[] = [];
    for (const [index, component] of componentNames('warm', plan.warmHeals).entries()) {
      warm.push(await heal(component));
      const beside = polled[index];
      if (beside === undefined) continue;
      polling.push(await pollOnce(measured, loop, beside));
      progress(`${beside}: polling loop, ${polling.at(-1)?.times.engineMs} ms besides its actions`);
    }
    const keeping = await heal('keeping');
    const failing = await heal('failing');
    const recovery = await recoverOnce(measured, 'keeping');
    for (const component of [...cold, ...warm, failing].map((healed) => healed.component)) {
      await recoverOnce(measured, component);
    }
    return {
      stableSeconds: plan.stableSeconds,
      cold,
      warm,
      keeping,
      failing,
      polling,
      recovery,
      idleReconcile: await idleReconcile(measured),
      waves: await waves(measured, plan.waveEvents, progress),
    };
  } finally {
    await loop.close();
  }
}

async function waves(
  measured: MeasuredCloud,
  events: number,
  progress: (line: string) => void,
): Promise<readonly WaveResult[]> {
  if (events === 0) return [];
  const results: WaveResult[] = [];
  for (const components of [['wave'], componentNames('wave', WAVE_COMPONENTS)]) {
    results.push(await runWave(measured, components, events));
    progress(
      `wave of ${events} events for ${components.length} components: ${JSON.stringify(results.at(-1))}`,
    );
  }
  return results;
}
