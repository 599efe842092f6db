import { once } from 'node:events';
import { Closers } from '../cloud/closers.ts';
import { followTarget } from './follow.ts';
import type { Incident, IncidentResult, Stage } from './incidents/incident.ts';
import type { Preparation, PreparedTarget, Served, Target } from './target.ts';
import { Timeline, type TimelineListener } from './timeline.ts';

/** After this many looks, an event and its record are both there. */
const HELD_FOR_LOOKS = 3;

/** Receives the progress. */
export interface Reporter extends TimelineListener, Pick<Preparation, 'step'> {
  /** The command `selfheal` can now be used. */
  readonly serving: (served: Served) => void;
  /** The incidents begin. */
  readonly begin: () => void;
  /** The incidents have ended. */
  readonly summary: (results: readonly IncidentResult[]) => void;
}

export interface PlayOptions {
  /** Ends it early; with `serve`, it is the way to end it. */
  readonly signal: AbortSignal;
  /** Whether the command `selfheal` is to work with the target, also after the incidents. */
  readonly serve: boolean;
}

/**
 * Prepares a target, plays incidents on it, all at once, and takes everything down again; what is served is kept until
 * the signal.
 *
 * @throws Error if something could not be built, or the signal's reason
 */
export async function playIncidents(
  target: Target,
  incidents: readonly Incident[],
  reporter: Reporter,
  { signal, serve }: PlayOptions,
): Promise<readonly IncidentResult[]> {
  const results = await playAll(target, incidents, reporter, { signal, serve });
  if (!serve) reporter.summary(results);
  return results;
}

async function playAll(
  target: Target,
  incidents: readonly Incident[],
  reporter: Reporter,
  { signal, serve }: PlayOptions,
): Promise<readonly IncidentResult[]> {
  const closers = new Closers();
  try {
    const prepared = await target.prepare({
      closers,
      serve,
      step: async (name, work) => {
        signal.throwIfAborted();
        return await reporter.step(name, work);
      },
    });
    signal.throwIfAborted();
    if (prepared.served) reporter.serving(prepared.served);
    reporter.begin();
    const timeline = new Timeline(reporter, HELD_FOR_LOOKS * prepared.lookEveryMs);
    const running = new AbortController();
    const shown = timeline.run(running.signal);
    closers.add(async () => {
      running.abort();
      await shown;
    });
    const following = followTarget(prepared, timeline);
    closers.add(() => following.stop());
    prepared.measure();
    const { hosts, watchdog } = prepared;
    const stage: Stage = { hosts, watchdog, timeline, signal };
    const results = await Promise.all(
      incidents.map((incident) => playOne(incident, stage, prepared.defects)),
    );
    if (serve) {
      timeline.flush(Number.POSITIVE_INFINITY);
      reporter.summary(results);
      if (!signal.aborted) await once(signal, 'abort');
    }
    return results;
  } finally {
    await closers.close();
  }
}

async function playOne(
  incident: Incident,
  stage: Stage,
  defects: PreparedTarget['defects'],
): Promise<IncidentResult> {
  const { name, component } = incident;
  const expected = incident.expected(stage.hosts);
  try {
    const outcome = await incident.play(stage);
    const found = defects().map((defect) => ({ what: `a defect: ${String(defect)}`, ok: false }));
    const checks = [...outcome.checks, ...found];
    const ok = outcome.got === expected && checks.every((check) => check.ok);
    return { incident: name, component, expected, ...outcome, checks, ok };
  } catch (error) {
    stage.signal.throwIfAborted();
    const got = error instanceof Error ? error.message : String(error);
    return { incident: name, component, expected, ok: false, got, checks: [] };
  }
}
