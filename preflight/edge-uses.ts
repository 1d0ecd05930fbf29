/** Where source code counts on what Lambda@Edge cannot do, as far as that can be read. Pure text search. */
import { positionAt } from './finding.ts';

export interface EdgeUse {
  file: string;
  line: number;
  kind: 'event-stream' | 'large-body' | 'socket' | 'server' | 'localhost';
  /** As it is written. */
  seen: string;
}

/** CloudFront cuts the bodies of what it shows to a function: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const MAX_BODY_BYTES = 1024 * 1024;
const UNITS: Record<string, number> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

const EVENT_STREAM = /(?<=['"`])text\/event-stream\b/;
const SOCKET =
  /new\s+(?:WebSocketServer|WebSocket\.Server)\s*\(|from\s+['"]socket\.io['"]|require\(\s*['"]socket\.io['"]\s*\)/;
/** The package itself is a function that starts Next.js; all else that apps take of it are types and `next/…`. */
const SERVER = /import\s+\w+\s+from\s+['"]next['"]|\w+\s*=\s*require\(\s*['"]next['"]\s*\)/;
/** An address that a variable may replace is none: what is asked for as it is written counts. */
const LOCALHOST = /\b(?:fetch|axios(?:\.\w+)?|got|ky)\(\s*['"`]https?:\/\/(?:localhost|127\.0\.0\.1)\b[\w:./-]*/;
const NOT_DEPLOYED = /(^|\/)(__tests__|tests?|e2e|cypress|scripts)\/|\.(test|spec|stories)\.\w+$/;
/** Of API routes (`bodyParser.sizeLimit`) and of server actions (`bodySizeLimit`). */
const BODY_LIMIT = /\b(?:sizeLimit|bodySizeLimit)\s*:\s*['"`]\s*([\d.]+)\s*(b|kb|mb|gb)\s*['"`]/i;

function isLarge([, size = '', unit = '']: RegExpExecArray): boolean {
  return Number(size) * (UNITS[unit.toLowerCase()] ?? 0) > MAX_BODY_BYTES;
}

export function edgeUses(file: string, text: string): EdgeUse[] {
  const found = (kind: EdgeUse['kind'], match: RegExpExecArray | null): EdgeUse[] =>
    match ? [{ file, kind, line: positionAt(text, match.index).line, seen: match[0].replace(/\s+/g, ' ') }] : [];
  const limit = BODY_LIMIT.exec(text);
  return [
    ...found('event-stream', EVENT_STREAM.exec(text)),
    ...found('socket', SOCKET.exec(text)),
    ...found('server', SERVER.exec(text)),
    ...found('localhost', NOT_DEPLOYED.test(file) ? null : LOCALHOST.exec(text)),
    ...found('large-body', limit && isLarge(limit) ? limit : null),
  ];
}
