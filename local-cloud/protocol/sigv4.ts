/**
 * Verification of Signature Version 4: the Authorization header, and presigned URLs.
 *
 * Gaps: the signatures of single chunks (STREAMING-AWS4-HMAC-SHA256-PAYLOAD) are not checked, the request's own is.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Credentials, WireRequest } from '../service.ts';

/** AWS refuses signatures that are older or newer than this. */
const MAX_CLOCK_SKEW_MS = 15 * 60 * 1000;
const UNSIGNED = 'UNSIGNED-PAYLOAD';

export interface Signature {
  accessKeyId: string;
  /** yyyymmdd */
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
  /** yyyymmddThhmmssZ */
  timestamp: string;
  sessionToken: string | undefined;
  /** Set for presigned URLs. */
  expiresSeconds?: number;
  /** The hash of the payload that the signer names, if it does. */
  payloadHash: string | undefined;
}

export type SigningKey = Omit<Credentials, 'sessionToken'> & { sessionToken?: string };

/** Why a signature is refused: an error code of the service's protocol, and a message. */
export interface Refusal {
  code: string;
  message: string;
}

/** The signature that a request carries, if any. It is not verified yet. */
export function readSignature(request: Pick<WireRequest, 'url' | 'headers'>): Signature | undefined {
  const { headers } = request;
  const header =
    /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (header) {
    return signature(header[1], header[2], header[3], {
      timestamp: headers['x-amz-date'] ?? '',
      sessionToken: headers['x-amz-security-token'],
      payloadHash: headers['x-amz-content-sha256'],
    });
  }
  const query = new Map(queryPairs(request.url));
  const expires = query.get('X-Amz-Expires');
  return signature(query.get('X-Amz-Credential'), query.get('X-Amz-SignedHeaders'), query.get('X-Amz-Signature'), {
    timestamp: query.get('X-Amz-Date') ?? '',
    sessionToken: query.get('X-Amz-Security-Token'),
    payloadHash: query.get('X-Amz-Content-Sha256') ?? UNSIGNED,
    ...(expires === undefined ? {} : { expiresSeconds: Number(expires) }),
  });
}

function signature(
  credential: string | undefined,
  signedHeaders: string | undefined,
  value: string | undefined,
  rest: Pick<Signature, 'timestamp' | 'sessionToken' | 'payloadHash' | 'expiresSeconds'>,
): Signature | undefined {
  const [service, region, date, ...keyId] = (credential ?? '').split('/').slice(0, -1).reverse();
  const accessKeyId = keyId.reverse().join('/');
  if (!service || !region || !date || !accessKeyId || !signedHeaders || !value) return undefined;
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature: value, ...rest };
}

/** Undefined when the request was signed with `key`. */
export function refuse(
  request: WireRequest,
  signed: Signature,
  key: SigningKey | undefined,
  now: number,
): Refusal | undefined {
  const s3 = signed.service === 's3';
  if (!key) {
    const message = `The access key id ${signed.accessKeyId} is unknown to this local cloud.`;
    return { code: s3 ? 'InvalidAccessKeyId' : 'UnrecognizedClientException', message };
  }
  if ((signed.sessionToken ?? '') !== (key.sessionToken ?? '')) {
    const message = 'The security token included in the request is invalid.';
    return { code: s3 ? 'InvalidToken' : 'UnrecognizedClientException', message };
  }
  const late = refuseTime(signed, now);
  if (late) return late;
  const payloadHash = actualPayloadHash(request, signed);
  if (signed.payloadHash && signed.payloadHash !== payloadHash) {
    const message = 'The x-amz-content-sha256 header does not match what was computed.';
    return { code: 'XAmzContentSHA256Mismatch', message };
  }
  const expected = sign(canonicalRequest(request, signed, payloadHash), signed, key);
  const given = Buffer.from(signed.signature.padEnd(expected.length).slice(0, expected.length));
  if (timingSafeEqual(Buffer.from(expected), given)) return undefined;
  const message = 'The request signature we calculated does not match the signature you provided.';
  return { code: s3 ? 'SignatureDoesNotMatch' : 'InvalidSignatureException', message };
}

function refuseTime(signed: Signature, now: number): Refusal | undefined {
  const iso = signed.timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const signedAt = Date.parse(iso);
  if (!(signedAt > 0) || !signed.timestamp.startsWith(signed.date)) {
    return { code: 'IncompleteSignature', message: 'The date of the signature is missing or differs from its scope.' };
  }
  const presigned = signed.expiresSeconds !== undefined;
  if (presigned && now > signedAt + Number(signed.expiresSeconds) * 1000) {
    return { code: 'AccessDenied', message: 'Request has expired' };
  }
  const tooFar = presigned ? signedAt - now > MAX_CLOCK_SKEW_MS : Math.abs(now - signedAt) > MAX_CLOCK_SKEW_MS;
  if (!tooFar) return undefined;
  const code = signed.service === 's3' ? 'RequestTimeTooSkewed' : 'InvalidSignatureException';
  return { code, message: 'The difference between the request time and the current time is too large.' };
}

function actualPayloadHash(request: WireRequest, signed: Signature): string {
  const named = signed.payloadHash;
  return named === UNSIGNED || named?.startsWith('STREAMING-') ? named : sha256(request.body);
}

function canonicalRequest(request: WireRequest, signed: Signature, payloadHash: string): string {
  const path = request.url.split('?')[0] ?? '/';
  const query = queryPairs(request.url)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`);
  const headers = signed.signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`,
  );
  return [
    request.method,
    signed.service === 's3' ? path : path.split('/').map(encode).join('/'),
    query.join('&'),
    ...headers,
    '',
    signed.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

const MAX_DERIVED = 100;
/** What a key signs with on one day, in one Region, for one service: four of the five digests of a request. */
const derived = new WeakMap<SigningKey, Map<string, Buffer>>();

function derivedKey(key: SigningKey, scope: string[]): Buffer {
  const ofKey = derived.get(key) ?? new Map<string, Buffer>();
  derived.set(key, ofKey);
  const name = scope.join('/');
  const known = ofKey.get(name) ?? scope.reduce<Buffer>(hmac, Buffer.from(`AWS4${key.secretAccessKey}`));
  if (ofKey.size >= MAX_DERIVED) ofKey.clear();
  ofKey.set(name, known);
  return known;
}

function sign(canonical: string, signed: Signature, key: SigningKey): string {
  const scope = [signed.date, signed.region, signed.service, 'aws4_request'];
  const text = `AWS4-HMAC-SHA256\n${signed.timestamp}\n${scope.join('/')}\n${sha256(canonical)}`;
  return hmac(derivedKey(key, scope), text).toString('hex');
}

function queryPairs(url: string): [string, string][] {
  const query = url.split('?').slice(1).join('?');
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name), decode(value.join('='))];
    });
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, '%20'));
  } catch {
    return text;
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
