import { describe, expect, it } from 'vitest';
import { errorTypeOf } from '../../../../functions/core/signal/error-type.ts';

describe('the error type of an alert', () => {
  it.each([
    ['memory', 'MEMORY_LEAK'],
    ['memory_leak', 'MEMORY_LEAK'],
    ['goroutine_leak', 'MEMORY_LEAK'],
    ['descriptor_leak', 'MEMORY_LEAK'],
    ['gc_pressure', 'MEMORY_LEAK'],
    ['network_out', 'NETWORK_TIMEOUT'],
    ['read_latency', 'NETWORK_TIMEOUT'],
    ['cpu', 'CPU_SPIKE'],
    ['latency_p99', 'NETWORK_TIMEOUT'],
    ['upstream_timeouts', 'NETWORK_TIMEOUT'],
    ['db_connections', 'DATABASE_CONNECTION'],
    ['error_rate', 'API_FAILURE'],
    ['deployment_failed', 'DEPLOYMENT_FAILURE'],
    ['config_drift', 'CONFIGURATION_ERROR'],
    ['dependency_errors', 'DEPENDENCY_FAILURE'],
    ['heartbeat', 'API_FAILURE'],
    ['anything', 'API_FAILURE'],
  ])('follows from the metric %s as %s', (metric, expected) => {
    expect(errorTypeOf({ metric })).toBe(expected);
  });

  it('follows what the monitor says, whatever the metric is called', () => {
    expect(errorTypeOf({ metric: 'cpu', errorType: 'DEPLOYMENT_FAILURE' })).toBe('DEPLOYMENT_FAILURE');
  });
});
