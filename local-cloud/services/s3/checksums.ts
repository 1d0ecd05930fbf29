/**
 * The checksums that clients send with a body, and those given back.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../../protocol/aws-error.ts';

export interface ChecksumMembers {
  ChecksumCRC32?: string;
  ChecksumCRC32C?: string;
  ChecksumCRC64NVME?: string;
  ChecksumSHA1?: string;
  ChecksumSHA256?: string;
}

/** Sent back as they came; only some are computed here. */
const KEPT = ['ChecksumCRC32', 'ChecksumCRC32C', 'ChecksumCRC64NVME', 'ChecksumSHA1', 'ChecksumSHA256'] as const;

const COMPUTED: Partial<Record<(typeof KEPT)[number], (body: Uint8Array) => string>> = {
  ChecksumCRC32: (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  },
  ChecksumSHA1: (body) => createHash('sha1').update(body).digest('base64'),
  ChecksumSHA256: (body) => createHash('sha256').update(body).digest('base64'),
};

export const md5 = (body: Uint8Array): Buffer => createHash('md5').update(body).digest();

/** Throws BadDigest when the body is not what its sender hashed; returns the checksums to keep with it. */
export function checkBody(
  body: Uint8Array,
  input: ChecksumMembers & { ContentMD5?: string; ChecksumAlgorithm?: string },
): ChecksumMembers {
  if (input.ContentMD5 !== undefined && md5(body).toString('base64') !== input.ContentMD5) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400);
  }
  const kept: ChecksumMembers = {};
  for (const name of KEPT) {
    const computed = COMPUTED[name]?.(body);
    const sent = input[name];
    if (sent !== undefined && computed !== undefined && sent !== computed) {
      const algorithm = name.replace('Checksum', '');
      throw new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`, 400);
    }
    const asked = `Checksum${input.ChecksumAlgorithm ?? ''}` === name;
    if (sent !== undefined || asked) kept[name] = sent ?? computed;
  }
  return kept;
}
