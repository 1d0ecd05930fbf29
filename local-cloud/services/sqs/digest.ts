/**
 * MD5 of bodies and of message attributes, as clients verify them.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
import { createHash } from 'node:crypto';
import type { StoredAttribute } from './store.ts';

const BINARY = 2;
const TEXT = 1;

export const md5OfText = (text: string): string => createHash('md5').update(text).digest('hex');

function sized(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** `undefined` for a message without attributes. */
export function md5OfAttributes(attributes: Record<string, StoredAttribute>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  for (const name of names) {
    const { DataType = '', StringValue = '', binary } = attributes[name] ?? {};
    const isBinary = binary !== undefined;
    const value = isBinary ? Buffer.from(binary, 'base64') : StringValue;
    hash.update(Buffer.concat([sized(name), sized(DataType), Buffer.of(isBinary ? BINARY : TEXT), sized(value)]));
  }
  return hash.digest('hex');
}
