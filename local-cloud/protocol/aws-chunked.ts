/**
 * Bodies in `aws-chunked` encoding, as SDKs upload to S3: `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n … 0\r\n<trailers>\r\n`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
import type { WireRequest } from '../service.ts';
import { AwsError } from './aws-error.ts';

/** Whether the request's body is in chunks. */
export function isAwsChunked(headers: Record<string, string>): boolean {
  return (headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
}

/** The request as if it had been sent whole: body decoded, trailers (checksums) among the headers. */
export function decodeAwsChunked(request: WireRequest): WireRequest {
  const { body, trailers } = chunks(Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength));
  const { 'content-encoding': encodings = '', 'x-amz-decoded-content-length': length, ...headers } = request.headers;
  if (length !== undefined && Number(length) !== body.length) {
    throw new AwsError(
      'IncompleteBody',
      `x-amz-decoded-content-length is ${length}, the chunks hold ${body.length} bytes`,
    );
  }
  const encoding = encodings
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each && each !== 'aws-chunked')
    .join(',');
  return {
    ...request,
    body,
    headers: {
      ...headers,
      ...trailers,
      ...(encoding ? { 'content-encoding': encoding } : {}),
      'content-length': String(body.length),
    },
  };
}

function chunks(data: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const parts: Buffer[] = [];
  let position = 0;
  const line = () => {
    const end = data.indexOf('\r\n', position);
    if (end < 0) throw new AwsError('IncompleteBody', 'The aws-chunked body ends inside a chunk');
    const text = data.toString('latin1', position, end);
    position = end + 2;
    return text;
  };
  for (;;) {
    const header = line();
    const size = Number.parseInt(header, 16);
    if (!(size >= 0) || position + size > data.length) {
      throw new AwsError('IncompleteBody', `The aws-chunked body has no whole chunk at byte ${position}`);
    }
    if (size === 0) break;
    parts.push(data.subarray(position, position + size));
    position += size + 2;
  }
  const trailers: Record<string, string> = {};
  while (position < data.length) {
    const [name = '', ...value] = line().split(':');
    if (name) trailers[name.toLowerCase()] = value.join(':').trim();
  }
  return { body: parts.length === 1 ? parts[0]! : Buffer.concat(parts), trailers };
}
