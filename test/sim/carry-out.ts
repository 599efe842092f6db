import { OPERATOR } from '../factories/events/selfheal-event.ts';
import { isWatchedByInstance } from './fleet/component-health.ts';
import { MINUTE_MS, PIPELINE, type Planned } from './schedule.ts';
import type { World } from './world.ts';

/** Carries out what is planned for now. Everything but incidents is a fault, which can be left out by its id. */
export function carryOut(world: World, planned: Planned): void {
  const { injector, hosts, clock, trace, cloud } = world;
  if (planned.what === 'incident') {
    breakComponent(world, planned);
    return;
  }
  if (!injector.isPlanned(planned.what, planned.id)) return;
  const host = 'host' in planned ? (hosts.nodes()[planned.host]?.instanceId ?? '') : '';
  switch (planned.what) {
    case 'foreign-signal':
      cloud.bus.putEvent({ source: 'selfheal', detailType: 'Selfheal Signal', detail: planned.detail });
      return;
    case 'change':
      report(world, planned);
      return;
    case 'host-crashes':
      hosts.crash(host);
      return;
    case 'disk-lost':
      trace.note({ kind: 'disk-lost', instanceId: host });
      hosts.loseDisk(host);
      return;
    case 'host-away':
      trace.note({ kind: 'host-away', instanceId: host, untilMs: clock.nowMs() + planned.forMs });
      hosts.setReachable(host, false);
      clock.after(planned.forMs, () => hosts.setReachable(host, true));
      return;
    case 'pause':
      pause(world, planned);
      return;
    case 'mode-set':
    case 'odd-control':
      control(world, planned.detail);
      return;
    case 'execution-stopped':
      stop(world, planned.nth);
      return;
    case 'redeployed':
      world.deploy(planned.configuration);
      return;
    case 'alarm-muted':
      mute(world, planned.component, planned.minutes);
      return;
    case 'alarm-unknown':
      loseSight(world, planned);
      return;
    case 'host-replaced':
      replaceOldest(world, planned);
      return;
    case 'vantage-point-cut-off':
      cutOff(world, planned);
      return;
    case 'permission-revoked':
      revoke(world, planned);
      return;
    case 'outage':
      suffer(world, planned);
      return;
    default:
  }
}

type Incident = Extract<Planned, { readonly what: 'incident' }>;

function breakComponent(world: World, incident: Incident): void {
  const { services, trace, clock, sicken, isWell, setAlarm, injector } = world;
  const { component, metric, curedBy, flaps, id } = incident;
  const name = world.alarmsOf(component).find((each) => world.fleet.alarms[each]?.metric === metric);
  const text = curedBy.length === 0 ? 'that people alone can cure' : `that ${curedBy.join(' or ')} cures`;
  trace.note({ kind: 'incident', component, metric, text });
  const instanceIds = drawInstances(world, incident);
  if (services.isHealthy(component)) {
    sicken(component, { curedBy, ...(instanceIds && { instanceIds }) }, id);
    if (canPass(world, incident)) passLater(world, incident);
  }
  // Missed heartbeats have no alarm: the watchdog reports them.
  if (name === undefined) return;
  const series: readonly (string | undefined)[] = instanceIds ?? [undefined];
  const redden = () => {
    for (const instanceId of series) if (!isWell(component, instanceId)) setAlarm(name, 'ALARM', instanceId);
  };
  const flap = (left: number) => {
    if (left === 0) return;
    const aWhile = (what: string) => 2_000 + injector.draw(`${id} ${what} ${left}`) * 30_000;
    clock.after(aWhile('red'), () => {
      for (const instanceId of series) setAlarm(name, 'OK', instanceId);
      clock.after(aWhile('green'), () => {
        redden();
        flap(left - 1);
      });
    });
  };
  // Where callers suffer, their alarms may ring before its own, or it has none for this.
  const hides = injector.draw(`${id} hides`);
  if (!world.spreads || hides > 0.25) {
    redden();
    flap(flaps);
  } else if (hides > 0.1) clock.after((1 + injector.draw(`${id} shows`) * 3) * MINUTE_MS, redden);
}

/** Whether the trouble goes by itself: where everything else suffers from it, nothing else could be healed meanwhile. */
function canPass({ fleet, spreads }: World, { component, curedBy }: Incident): boolean {
  const { excluded = false } = fleet.components[component] ?? {};
  const actions = fleet.strategies.flatMap((strategy) => strategy.actions.map(({ type }) => type as string));
  return spreads && (excluded || !curedBy.some((action) => actions.includes(action)));
}

function passLater({ clock, services, trace, injector }: World, { component, id }: Incident): void {
  clock.after((4 + injector.draw(`${id} passes`) * 12) * MINUTE_MS, () => {
    if (services.isHealthy(component)) return;
    trace.note({ kind: 'passed', component });
    services.cure(component);
  });
}

/** As a pipeline reports it, for each component. */
function report(
  { cloud }: World,
  { components, changeId, status, kind }: Extract<Planned, { what: 'change' }>,
): void {
  for (const component of components)
    cloud.bus.putEvent({
      source: PIPELINE,
      detailType: 'Selfheal Change',
      detail: { component, id: changeId, status, kind },
    });
}

/** Which instances of a group an incident breaks: from one of them to all. */
function drawInstances(
  { hosts, trace, fleet, injector }: World,
  { component, id }: Incident,
): readonly string[] | undefined {
  if (!isWatchedByInstance(fleet, component)) return undefined;
  const own = new Set(
    trace.of('host').flatMap((each) => (each.component === component ? [each.instanceId] : [])),
  );
  const running = hosts.nodes().flatMap(({ instanceId }) => (own.has(instanceId) ? [instanceId] : []));
  const first = Math.floor(injector.draw(`${id} strikes first`) * running.length);
  const count = 1 + Math.floor(injector.draw(`${id} strikes`) * running.length);
  return [...running.slice(first), ...running.slice(0, first)].slice(0, count);
}

function pause(world: World, { forMs, endsItself }: Extract<Planned, { what: 'pause' }>): void {
  const { clock } = world;
  const reason = 'an operator';
  if (endsItself) {
    control(world, { command: 'pause', reason, untilMs: clock.nowMs() + forMs });
    return;
  }
  control(world, { command: 'pause' });
  clock.after(forMs, () => control(world, { command: 'resume', reason }));
}

function control({ cloud }: World, detail: Readonly<Record<string, unknown>>): void {
  cloud.bus.putEvent({ source: OPERATOR, detailType: 'Selfheal Control', detail });
}

/** Stops one of the executions that run now. */
function stop({ runningExecutions, stopExecution }: World, nth: number): void {
  const running = runningExecutions();
  const execution = running[nth % Math.max(1, running.length)];
  if (execution) stopExecution(execution);
}

/** The alarm has no data for a while. */
function loseSight(
  { cloud, clock, fleet, isWell, setAlarm }: World,
  { alarm, forMs }: Extract<Planned, { what: 'alarm-unknown' }>,
): void {
  const component = fleet.alarms[alarm]?.component ?? '';
  const stateNow = () => cloud.alarms.registry.find(alarm)?.state.value;
  const before = stateNow();
  setAlarm(alarm, 'INSUFFICIENT_DATA');
  clock.after(forMs, () => {
    if (stateNow() !== 'INSUFFICIENT_DATA') return;
    const isRed = isWatchedByInstance(fleet, component)
      ? cloud.alarms.redContributors(alarm).length > 0
      : before === 'ALARM' && !isWell(component);
    setAlarm(alarm, isRed ? 'ALARM' : 'OK');
  });
}

/** Replaces the host that the component has had longest. */
function replaceOldest(
  { hosts, trace, replaceHost }: World,
  { component, nth }: Extract<Planned, { what: 'host-replaced' }>,
): void {
  const own = trace.of('host').filter((each) => each.component === component);
  const node = hosts.nodes().find(({ instanceId }) => own.some((each) => each.instanceId === instanceId));
  if (node !== undefined) replaceHost(component, node.instanceId, nth);
}

/** No peer answers a vantage point for a while. */
function cutOff(
  { cutOffVantagePoints, clock }: World,
  { vantagePoint, forMs }: Extract<Planned, { what: 'vantage-point-cut-off' }>,
): void {
  cutOffVantagePoints.push(vantagePoint);
  clock.after(forMs, () => cutOffVantagePoints.splice(cutOffVantagePoints.indexOf(vantagePoint), 1));
}

function revoke(
  { revocations, trace, clock }: World,
  { permission, forMs }: Extract<Planned, { what: 'permission-revoked' }>,
): void {
  trace.note({ kind: 'revoked', ...permission, untilMs: clock.nowMs() + forMs });
  revocations.begin(permission);
  clock.after(forMs, () => revocations.end(permission));
}

function suffer(
  { outages, trace, clock }: World,
  { service, forMs }: Extract<Planned, { what: 'outage' }>,
): void {
  trace.note({ kind: 'outage', service, untilMs: clock.nowMs() + forMs });
  outages.begin(service);
  clock.after(forMs, () => outages.end(service));
}

function mute({ cloud, clock, trace, alarmsOf }: World, component: string, minutes: number): void {
  const names = alarmsOf(component);
  const nextMinuteMs = Math.ceil(clock.nowMs() / MINUTE_MS) * MINUTE_MS;
  const untilMs = nextMinuteMs + minutes * MINUTE_MS;
  const at = new Date(nextMinuteMs).toISOString().slice(0, 16);
  const Rule = { Schedule: { Expression: `at(${at})`, Duration: `PT${minutes}M` } };
  cloud.alarms.muteRules.put(
    { Name: `mute-${component}`, Rule, MuteTargets: { AlarmNames: [...names] } },
    clock.nowMs(),
  );
  clock.after(nextMinuteMs - clock.nowMs(), () => {
    for (const alarmName of names) trace.note({ kind: 'muted', alarmName, untilMs });
  });
}
