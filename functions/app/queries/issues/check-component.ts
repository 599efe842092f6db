import { type ModeInForce, modesInForce } from '../../../core/admission/mode-now.ts';
import { newComponentRecord } from '../../../core/admission/records.ts';
import { callersFirst, configuredGraph } from '../../../core/diagnosis/dependency-graph.ts';
import { readOrSay } from '../../unreadable.ts';
import { type CurrentIssues, type CurrentIssuesDeps, componentSources, issuesIn } from './current-issues.ts';
import { readScene, type Scene } from './scene.ts';
import { type Sign, type SignsDeps, signSources } from './signs.ts';

export type CheckComponentDeps = CurrentIssuesDeps & SignsDeps;

export interface ComponentCheck extends CurrentIssues {
  readonly component: string;
  /** `healthy` only if at least one sign says so, none says otherwise, and nothing is wrong or unread. */
  readonly verdict: 'healthy' | 'unhealthy' | 'unknown';
  /** Modes that people set at run time and that hold for it: for everything, its group, or itself. */
  readonly modes: readonly ModeInForce[];
  readonly signs: readonly Sign[];
  /** Issues of the components that it depends on, directly or not. */
  readonly dependencyIssues: CurrentIssues['issues'];
}

/**
 * Looks at everything that is known of one component now: its alarms, peers, series, hosts and records.
 *
 * @throws ServiceError if its records can't be read
 */
export async function checkComponent(deps: CheckComponentDeps, component: string): Promise<ComponentCheck> {
  const names = callersFirst(configuredGraph(deps.configuration.components), component);
  const scene = await readScene(deps, names);
  const { issues, unread, ...switches } = await issuesIn(scene, componentSources(scene, deps));
  const signs: Sign[] = [];
  const unreadable = [...unread];
  for (const [what, read] of signSources(deps, component)) {
    const found = await readOrSay(read);
    if ('answer' in found) signs.push(...found.answer);
    else if (!unreadable.some((each) => each.what === what)) unreadable.push({ what, ...found.unreadable });
  }
  const own = issues.filter((issue) => issue.component === component);
  return {
    ...switches,
    component,
    verdict: verdictOf(signs, own.length, unreadable.length),
    modes: modesInForce(questionIn(scene, component), component),
    signs,
    issues: own,
    dependencyIssues: issues.filter(
      (issue) => issue.component !== undefined && issue.component !== component,
    ),
    unread: unreadable,
  };
}

function questionIn({ configuration, fleet, records, nowMs }: Scene, component: string) {
  const record = records.get(component) ?? newComponentRecord(component);
  return { configuration, limits: { component: record, fleet }, nowMs };
}

function verdictOf(signs: readonly Sign[], issues: number, unread: number): ComponentCheck['verdict'] {
  const has = (verdict: Sign['verdict']) => signs.some((sign) => sign.verdict === verdict);
  if (issues > 0 || has('unhealthy')) return 'unhealthy';
  return has('healthy') && !has('unknown') && unread === 0 ? 'healthy' : 'unknown';
}
