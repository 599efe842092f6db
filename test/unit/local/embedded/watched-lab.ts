import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import type { ProbeResult } from '../../../../functions/ports/watchdog-probers.ts';
import type { EmbeddedCloud } from '../../../../local/embedded/embedded-cloud.ts';
import { createLab } from './embedded-lab.ts';

const ANSWERED: ProbeResult = { outcome: 'answered', responseMs: 5 };
const MISSED: ProbeResult = { outcome: 'missed', problem: 'answered 503' };

/**
 * A lab whose watchdog asks simulated services.
 * @param isUp whether what runs in the cloud answers at an address. @default everything does
 */
export async function createWatchedLab(
  text: string,
  isUp: (cloud: EmbeddedCloud, address: string) => boolean = () => true,
) {
  const loaded = loadConfiguration(text, 'watchdog.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const asked: string[] = [];
  const observe = async (url: string) =>
    isUp(lab.cloud, url) ? await lab.services.endpoints.probe(url, 1) : 'bad';
  const lab = await createLab({
    configuration: loaded.compiled,
    watchdog: true,
    evaluateAlarms: true,
    endpoints: { probe: observe },
    probers: {
      http: {
        probe: async (url) => {
          asked.push(url);
          return (await observe(url)) === 'bad' ? MISSED : ANSWERED;
        },
      },
      tcp: { probe: async (host, port) => (isUp(lab.cloud, `${host}:${port}`) ? ANSWERED : MISSED) },
    },
  });
  const watchdogEvents = () =>
    lab.cloud.bus.log.flatMap((event) => {
      const { action } = event.detail as { readonly action?: string };
      const [, type] = /^Selfheal Watchdog (\w+)$/.exec(event['detail-type']) ?? [];
      return type === undefined ? [] : [action ?? type];
    });
  return { ...lab, asked, watchdogEvents };
}
