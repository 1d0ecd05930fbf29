import { expect, test } from '@jest/globals';
import { TowpathError } from '../../../domain/errors.ts';
import { namedForRetry } from '../../../middleware/transient.ts';

const sdkError = (name: string, message = '', more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });
const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

test.each([
  ['a throttle by name', sdkError('ThrottlingException', 'Rate exceeded', status(400))],
  ['a throttle by the SDK’s own mark', sdkError('Odd', '', { $retryable: { throttling: true } })],
  ['S3’s SlowDown', sdkError('SlowDown', '', status(503))],
  ['any 429', sdkError('Whatever', '', status(429))],
  ['any 5xx', sdkError('InternalError', '', status(500))],
  ['a broken connection', sdkError('Error', 'read', { code: 'ECONNRESET' })],
  ['a time-out', sdkError('TimeoutError')],
  [
    'a new role',
    sdkError(
      'InvalidParameterValueException',
      'The role defined for the function cannot be assumed by Lambda.',
      status(400),
    ),
  ],
  ['a queue name that is not free yet', sdkError('QueueDeletedRecently', '', status(400))],
  ['a principal that IAM does not know yet', sdkError('MalformedPolicy', 'Invalid principal in policy', status(400))],
])('%s passes by itself', (_, error) => {
  const named = namedForRetry(error);
  expect(named.name).toBe('TransientAwsError');
  expect(named.cause).toBe(error);
});

test.each(['PreconditionFailed', 'InvalidIfMatchVersion', 'ResourceConflictException', 'OperationAborted'])(
  '%s is a conflict: read again, then write',
  (name) => {
    expect(namedForRetry(sdkError(name, '', status(412))).name).toBe('Conflict');
  },
);

test.each([
  ['access denied', sdkError('AccessDenied', '', status(403))],
  ['another invalid parameter', sdkError('InvalidParameterValueException', 'Runtime is not supported', status(400))],
  ['another malformed policy', sdkError('MalformedPolicy', 'Policy has invalid action', status(400))],
  ['a bug', new TypeError('x is undefined')],
  [
    'an error of ours',
    new TowpathError({ code: 'X', fault: 'user', retryable: false, remedy: '' }, 'ThrottlingException'),
  ],
])('%s stays what it is', (_, error) => {
  expect(namedForRetry(error)).toBe(error);
});
