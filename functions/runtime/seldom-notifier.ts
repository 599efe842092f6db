import type { Notifier } from '../ports/announcers.ts';
import type { PortBuilder } from './port-builders.ts';

/** For functions that seldom notify: the client of SNS is loaded with the first notification. */
export const seldomNotifier: PortBuilder<'notifier'> = (essentials) => {
  let loaded: Promise<Notifier> | undefined;
  return {
    notify: async (notification) => {
      loaded ??= import('./notifier.ts').then(({ notifier }) => notifier(essentials));
      await (await loaded).notify(notification);
    },
  };
};
