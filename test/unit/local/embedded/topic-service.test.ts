import { describe, expect, it } from 'vitest';
import { createTopicService } from '../../../../local/embedded/sns/topic-service.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:people';

function topics() {
  const service = createTopicService({ nowMs: () => 7 });
  service.createTopic(TOPIC);
  return service;
}

describe('a topic', () => {
  it('keeps messages up to the size and with the subjects that SNS takes', () => {
    const service = topics();
    service.publish(TOPIC, 'm'.repeat(262_144), 's'.repeat(99));
    service.publish(TOPIC, 'plain');
    expect(service.messages(TOPIC)).toEqual([
      { message: 'm'.repeat(262_144), subject: 's'.repeat(99), publishedAtMs: 7 },
      { message: 'plain', publishedAtMs: 7 },
    ]);
  });

  it.each([
    ['a subject of a hundred characters', 'm', 's'.repeat(100)],
    ['an empty subject', 'm', ''],
    ['a subject in two lines', 'm', 'one\ntwo'],
    ['an empty message', '', undefined],
    ['a message that is too long in bytes', 'ü'.repeat(131_073), undefined],
  ])('refuses %s', (_, message, subject) => {
    const service = topics();
    expect(() => service.publish(TOPIC, message, subject)).toThrow(
      expect.objectContaining({ code: 'InvalidParameter' }),
    );
    expect(service.messages(TOPIC)).toEqual([]);
  });

  it('does not exist before it is created', () => {
    const { publish } = createTopicService({ nowMs: () => 7 });
    expect(() => publish(TOPIC, 'm')).toThrow(expect.objectContaining({ code: 'NotFound' }));
  });
});
