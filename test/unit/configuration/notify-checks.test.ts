import { expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { configurationText } from './configuration-text.ts';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:chat-a1b2c3';

function codesWith(notify: string): readonly string[] {
  const settings = `settings:\n  notify: ${notify}\n`;
  const loaded = loadConfiguration(configurationText({ settings }), 'selfheal.yaml');
  return (loaded.ok ? loaded.warnings : loaded.problems).map(({ code }) => code);
}

it('the configuration causes a warning if nobody is notified of failed repairs', () => {
  const loaded = loadConfiguration(configurationText(), 'selfheal.yaml');
  expect(loaded).toMatchObject({
    ok: true,
    warnings: [
      {
        code: 'nobody-notified',
        severity: 'warning',
        path: 'settings.notify.architect',
        message:
          'nobody is notified of failed repairs: `settings.notify` names no address of the architect, no webhook and no channel for them',
        remedy: 'Add an address to `settings.notify.architect`, or a channel to `settings.notify.channels`.',
      },
    ],
  });
  expect(codesWith('{ soc: [soc@example.com] }')).toEqual(['nobody-notified']);
  const ofSoc = `{ channels: { chat: { type: slack, topics: [soc], secretArn: '${secretArn}' } } }`;
  expect(codesWith(ofSoc)).toEqual(['nobody-notified']);
});

it.each([
  ['an address', '{ architect: [ada@example.com] }'],
  ['a webhook', "{ webhook: { url: 'https://hooks.example.com/selfheal' } }"],
  ['a channel', `{ channels: { chat: { type: slack, secretArn: '${secretArn}' } } }`],
])('the configuration accepts %s as a way to notify the architect', (_, notify) => {
  expect(codesWith(notify)).toEqual([]);
});

it('the configuration says nothing of notifications while some part of it cannot be read', () => {
  const text = configurationText().replace('service: nginx.service', 'service: 3');
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  expect(!loaded.ok && loaded.problems.map(({ code }) => code)).toEqual(['wrong-type']);
});
